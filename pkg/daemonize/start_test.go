//go:build linux

package daemonize

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// caller is a process that daemonizes this test binary.
type caller struct {
	role, act string
	dir       string
	env       []string
	stdin     string
	program   bool // the caller names the program, which is the same
}

// run runs the caller to its exit. It returns the output without the pid of the daemon,
// that pid, and the properties of the daemon.
func (c caller) run(t *testing.T) (said string, pid int, looks string) {
	t.Helper()
	self, err := os.Executable()
	check(t, err)
	report := filepath.Join(t.TempDir(), "report")
	cmd := exec.Command(self)
	cmd.Dir = c.dir
	cmd.Env = append(withoutGOMAXPROCS(), "GORACE=atexit_sleep_ms=0",
		callerRole+"="+c.role, daemonAct+"="+c.act, reportTo+"="+report)
	cmd.Env = append(cmd.Env, c.env...)
	if c.program {
		cmd.Env = append(cmd.Env, asProgram+"=1")
	}
	cmd.Stdin = strings.NewReader(c.stdin)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := unix.Mkfifo(report+".end", 0o600); err != nil {
		t.Fatal(err)
	}
	check(t, cmd.Run())
	m := regexp.MustCompile(`(?m)^pid (\d+)\n`).FindStringSubmatchIndex(out.String())
	if m == nil {
		t.Fatalf("no daemon: %s", out.String())
	}
	pid, err = strconv.Atoi(out.String()[m[2]:m[3]])
	check(t, err)
	said = out.String()[:m[0]] + out.String()[m[1]:]
	text, _ := os.ReadFile(report) // if the caller does not wait, there is no report yet
	if c.act == "linger" {
		h, err := proctree.Open(pid)
		if err != nil || !h.Alive() {
			t.Fatalf("the daemon does not live: %v", err)
		}
		defer h.Close()
		end, err := os.OpenFile(report+".end", os.O_WRONLY, 0)
		check(t, err)
		check(t, end.Close())
	}
	awaitEnd(t, pid)
	return said, pid, string(text)
}

func withoutGOMAXPROCS() (env []string) {
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "GOMAXPROCS=") {
			env = append(env, pair)
		}
	}
	return env
}

// awaitEnd waits for the exit of the daemon, which is not a child of this process.
func awaitEnd(t *testing.T, pid int) {
	t.Helper()
	h, err := proctree.Open(pid)
	if errors.Is(err, proctree.ErrGone) {
		return
	}
	check(t, err)
	defer h.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := h.Wait(ctx); err != nil {
		t.Errorf("the daemon (pid %d) does not end: %v", pid, err)
		_ = h.Signal(unix.SIGKILL)
	}
}

func TestStartTellsTheTruth(t *testing.T) {
	t.Parallel()
	tests := []struct{ role, act, want string }{
		{"wait", "ready", "error <nil>\n"},
		{"wait", "say more than once", "error <nil>\n"},
		{"wait", "warn", "warning \"the first\"\nwarning \"a\\nsecond \\\"one\\\" \\xff\"\nerror <nil>\n"},
		{"wait", "fail", "failed 7 \"cannot open \\\"x\\\":\\nno such file\\xff\"\n"},
		{"wait", "fail with 0", "failed 1 \"nothing\"\n"},
		{"wait", "end", "failed 1 \"the daemon exited before it was ready: exit status 0\"\n"},
		{"wait", "end with 3", "failed 1 \"the daemon exited before it was ready: exit status 3\"\n"},
		{"wait", "panic", "failed 1 \"the daemon exited before it was ready: exit status 2\"\n"},
		{"wait", "be killed", "failed 1 \"the daemon exited before it was ready: signal: killed\"\n"},
		{"wait", "linger", "error <nil>\n"},
		{"wait", "nest", "warning \"the daemon within: cannot open \\\"x\\\":\\nno such file\\xff\"\nerror <nil>\n"},
		{"interrupt", "hang", "error interrupted\n"},
		{"leave", "say more than once", ""},
		{"many files", "ready", "error <nil>\n"},
		{"wait", "be of another version", "error the daemon is of another version, which reports its start in another way\n"},
	}
	for _, test := range tests {
		for _, program := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, %s, program %v", test.role, test.act, program), func(t *testing.T) {
				t.Parallel()
				said, _, _ := caller{role: test.role, act: test.act, program: program}.run(t)
				if said != test.want {
					t.Errorf("the caller said %q, want %q", said, test.want)
				}
			})
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	if said, _, _ := (caller{role: "many at once", act: "linger", program: true}).run(t); said != "error <nil>\n" {
		t.Errorf("the caller said %q", said)
	}
}

// No process that the daemon has started outlives a failed start. Earlier children of the
// caller are not touched.
func TestNothingIsLeftOfADaemonThatDies(t *testing.T) {
	t.Parallel()
	said, pid, _ := caller{role: "parent", act: "leave"}.run(t)
	const want = "failed 1 \"the daemon exited before it was ready: signal: killed\"\nown child: <nil>\n<nil>\n"
	var first, second int
	_, err := fmt.Sscanf(said, "warning \"%d %d <nil>\"\n", &first, &second)
	if err != nil || !strings.HasSuffix(said, want) {
		t.Fatalf("the caller of %d said %q, want pids and %q", pid, said, want)
	}
	for _, pid := range []int{first, second} {
		if s, err := proctree.ReadStat(pid); err == nil && s.Alive() {
			t.Errorf("process %d is left: %+v", pid, s)
			_ = unix.Kill(pid, unix.SIGKILL)
		}
	}
}

func TestWhatTheDaemonLooksLike(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(resolved(t, t.TempDir()), "caf\xe9")
	check(t, os.Mkdir(dir, 0o755))
	lost := filepath.Join(dir, "lost")
	const nulls = "fd 0 /dev/null 0x2 <nil>\nfd 1 /dev/null 0x2 <nil>\nfd 2 /dev/null 0x2 <nil>\n"
	threads := fmt.Sprintf("threads %d\n", runtimeThreads())
	tests := []struct {
		caller
		dir, fds, end string
	}{
		{caller{role: "wait", dir: dir}, fmt.Sprintf("dir \"/\" from %q\n", dir), nulls, threads + "variables []\n"},
		{caller{role: "dir", dir: "/"}, "dir \"/usr\" from \"/\"\n", nulls, threads + "variables []\n"},
		{caller{role: "lost directory", dir: lost}, "dir \"/\" from \"\"\n", nulls, threads + "variables []\n"},
		{caller{role: "many files", dir: "/"}, "dir \"/\" from \"/\"\n", nulls, threads + "variables []\n"},
		{caller{role: "runtime", dir: "/"}, "dir \"/\" from \"/\"\n", nulls, "threads 1\nvariables []\n"},
		{caller{role: "runtime", dir: "/", env: []string{"GOMAXPROCS=3"}}, "dir \"/\" from \"/\"\n", nulls, "threads 1\nvariables [\"GOMAXPROCS=3\"]\n"},
		{
			// The marks of an outer daemon, and invalid ones.
			caller{role: "marked", dir: "/", env: []string{"_GO_DAEMON=1", `_DAEMONIZE={"Inode":1,"Pipe":0}`, "_DAEMONIZE_SAVED_X=1"}},
			"dir \"/\" from \"/\"\n", nulls, threads + "variables []\n",
		},
	}
	for i, test := range tests {
		for _, program := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d %s, program %v", i, test.role, program), func(t *testing.T) {
				t.Parallel()
				test := test
				test.act, test.program = "ready", program
				if test.caller.dir == lost { // which the caller removes
					test.caller.dir = filepath.Join(dir, fmt.Sprint(program))
					check(t, os.Mkdir(test.caller.dir, 0o755))
				}
				said, _, looks := test.run(t)
				if said != "error <nil>\n" {
					t.Errorf("the caller said %q", said)
				}
				want := "session true group true\n" + test.dir + test.fds + "inherited by programs []\n" + test.end
				if looks != want {
					t.Errorf("the daemon looks like\n%swant\n%s", looks, want)
				}
			})
		}
	}
}

func TestStreams(t *testing.T) {
	t.Parallel()
	for i, role := range []string{"streams", "crossed streams", "streams", "crossed streams"} {
		t.Run(fmt.Sprintf("%s, program %v", role, i > 1), func(t *testing.T) {
			t.Parallel()
			said, _, looks := caller{role: role, act: "write", stdin: "from standard input\n", program: i > 1}.run(t)
			want := "to standard output\nto standard error\nfrom standard input\nerror <nil>\n"
			if role == "crossed streams" { // standard input is /dev/null
				want = "to standard output\nto standard error\nerror <nil>\n"
			}
			// The daemon moves standard error after it has reported, while the caller prints its
			// own message.
			if rest := strings.Replace(said, "ready\n", "", 1); rest == said || rest != want {
				t.Errorf("said %q, want %q and %q", said, want, "ready")
			}
			if !strings.Contains(looks, "inherited by programs []\n") {
				t.Errorf("the daemon looks like\n%s", looks)
			}
		})
	}
}

package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

func TestEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		script string
		want   Result
	}{
		{"exit 0", Result{Exit: 0, Ended: "exit status 0"}},
		{"echo a; echo b >&2; exit 3", Result{Exit: 3, Ended: "exit status 3", Last: "b"}},
		{"printf 'no end of line'; exit 255", Result{Exit: 255, Ended: "exit status 255", Last: "no end of line"}},
		{"echo 'bad  '; echo; exit 1", Result{Exit: 1, Ended: "exit status 1", Last: "bad  "}},
		{"kill -TERM $$", Result{Exit: 143, Ended: "killed by signal TERM"}},
		{"kill -KILL $$", Result{Exit: 137, Ended: "killed by signal KILL"}},
		{"kill -USR1 $$", Result{Exit: 138, Ended: "killed by signal USR1"}},
		{"kill -36 $$", Result{Exit: 164, Ended: "killed by signal RTMIN+2"}},
	} {
		t.Run(test.script, func(t *testing.T) {
			t.Parallel()
			if got, _ := runToEnd(t, shell(test.script)); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// TestSurroundings checks the environment, directory and descriptors of a command.
func TestSurroundings(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	inherited, err := unix.Dup(0) // without close-on-exec
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(inherited) })
	for _, test := range []struct {
		name string
		argv []string
		want string
	}{
		{"environment", []string{"env"}, "A=1\nB=two words\nPATH=/bin:/usr/bin"},
		{"directory", []string{"sh", "-c", "pwd"}, dir},
		{"input", []string{"sh", "-c", "cat; readlink /proc/$$/fd/0"}, "/dev/null"},
		{"descriptors", []string{"sh", "-c", "ls /proc/$$/fd"}, "0\n1\n2"},
		{"group", []string{"sh", "-c", "read -r pid name state parent group rest </proc/$$/stat; [ $group = $$ ] && echo leader"}, "leader"},
		{"bytes", []string{"printf", `%s\n`, "\xe9", "caf\xe9\xff"}, "\xe9\ncaf\xe9\xff"},
		{"words", []string{"printf", `%s\n`, "one two", "$three", "*"}, "one two\n$three\n*"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			env := []string{"A=1", "B=two words", "PATH=/bin:/usr/bin"}
			r, output := runToEnd(t, Command{Argv: test.argv, Env: env, Dir: dir})
			if r.Exit != 0 || output != test.want {
				t.Errorf("got %+v and %q, want %q", r, output, test.want)
			}
		})
	}
}

// TestKeep checks that the role has the file, and the command does not.
func TestKeep(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "kept"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var output lines
	const count = "readlink /proc/$PPID/fd/* | grep -c /kept; readlink /proc/$$/fd/* | grep -c /kept"
	Run(KeepAs(t.Context(), Keep(t.Context(), file)), shell(count), output.add)
	if got := output.String(); got != "1\n0" {
		t.Errorf("open in the role and in the command: %q", got)
	}
}

// TestKilledRole kills the role: the command must not go on without a caller that knows.
func TestKilledRole(t *testing.T) {
	t.Parallel()
	command := 0
	r := Run(t.Context(), shell("echo $PPID $$; exec sleep 60"), func(line string) {
		role := 0
		if _, err := fmt.Sscan(line, &role, &command); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		_ = syscall.Kill(role, syscall.SIGKILL)
	})
	if r.Err == nil || !strings.HasSuffix(r.Err.Error(), "the process that runs it exited without a result: signal: killed") {
		t.Errorf("got %+v", r)
	}
	if dying, err := proctree.Dying(command); err != nil || !dying {
		t.Errorf("the command (pid %d) is alive: %v", command, err)
	}
}

// TestRefusals runs commands that cannot be executed. The directory of a bare name
// depends on the PATH of the command, not on that of this program.
func TestRefusals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		// A child that is forked meanwhile must not inherit the open file: execve(2) would fail
		// with ETXTBSY.
		syscall.ForkLock.RLock()
		defer syscall.ForkLock.RUnlock()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("plain", "#!/bin/sh\n", 0o644)
	write("orphan", "#!/no/such/interpreter\n", 0o755)
	write("ok", "#!/bin/sh\nexit 5\n", 0o755)
	write("bare", "exit 6\n", 0o755) // execvp(3) runs it with the shell
	for _, test := range []struct {
		name string
		argv string
		dir  string
		want string
		is   error
		exit int
	}{
		{"missing", dir + "/missing", "/", `cannot execute "%[1]s/missing": command not found`, ErrNotFound, -1},
		{"missing in PATH", "sh", "/", `cannot execute "sh": command not found`, ErrNotFound, -1},
		{"missing, relative", "./sh", "/", `cannot execute "./sh": command not found`, ErrNotFound, -1},
		{"not executable", dir + "/plain", "/", `cannot execute "%[1]s/plain": permission denied`, ErrDenied, -1},
		{"not executable in PATH", "plain", "/", `cannot execute "plain": permission denied`, ErrDenied, -1},
		{"directory", dir, "/", `cannot execute "%[1]s": is a directory`, ErrDenied, -1},
		{"no interpreter", dir + "/orphan", "/", `cannot execute "%[1]s/orphan": its interpreter "/no/such/interpreter" does not exist`, ErrDenied, -1},
		{"in PATH", "ok", "/", "", nil, 5},
		{"relative", "./ok", dir, "", nil, 5},
		{"without #!", "bare", "/", "", nil, 6},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, output := runToEnd(t, Command{Argv: []string{test.argv}, Env: []string{"PATH=" + dir}, Dir: test.dir})
			if output != "" || r.Exit != test.exit || r.TimedOut {
				t.Errorf("got %+v and the output %q", r, output)
			}
			if test.want == "" {
				if r.Err != nil {
					t.Error(r.Err)
				}
				return
			}
			want := test.want
			if strings.Contains(want, "%") {
				want = fmt.Sprintf(want, dir)
			}
			if r.Err == nil || r.Err.Error() != want || !errors.Is(r.Err, test.is) {
				t.Errorf("got  %v\nwant %s (%v)", r.Err, want, test.is)
			}
			if other := map[error]error{ErrNotFound: ErrDenied, ErrDenied: ErrNotFound}[test.is]; errors.Is(r.Err, other) {
				t.Errorf("%v is %v, too", r.Err, other)
			}
		})
	}
}

// TestRoleDies has the command kill the role.
func TestRoleDies(t *testing.T) {
	t.Parallel()
	r, _ := runToEnd(t, shell("kill -KILL $PPID"))
	want := `cannot run "/bin/sh": the process that runs it exited without a result: signal: killed`
	if r.Err == nil || r.Err.Error() != want || r.Exit != -1 {
		t.Errorf("got %+v, want %s", r, want)
	}
}

// TestRoleAlone runs the role without an order.
func TestRoleAlone(t *testing.T) {
	t.Parallel()
	for order, why := range map[string]string{"": "words are missing", "nonsense": "the last word is cut off", "{}\x00": `"{}" is not a length`, "0\x000\x00\x000\x00\x00false\x00": "no command"} {
		cmd := exec.CommandContext(t.Context(), "/proc/self/exe")
		cmd.Args = []string{Role.Name}
		cmd.Stdin = strings.NewReader(order)
		output, err := cmd.CombinedOutput()
		want := "svctl: name \"svctl: running\" is for internal use only: " + why + "\n"
		if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 2 || string(output) != want {
			t.Errorf("%q: got %v and %q, want exit status 2 and %q", order, err, output, want)
		}
	}
}

// TestDoneBefore starts nothing after the context is done.
func TestDoneBefore(t *testing.T) {
	t.Parallel()
	why := errors.New("no more")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	file := filepath.Join(t.TempDir(), "begun")
	r := Run(ctx, shell("touch "+file), func(line string) { t.Errorf("got the output %q", line) })
	if !errors.Is(r.Err, why) || r.Exit != -1 {
		t.Errorf("got %+v", r)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the command was begun")
	}
}

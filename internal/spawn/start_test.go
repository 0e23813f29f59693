package spawn

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/reexec"
)

// outcome runs a program and returns its output and its exit status, or the error of its
// start.
func outcome(t *testing.T, p Program) (string, error) {
	t.Helper()
	reader, writer, err := os.Pipe()
	check(t, err)
	defer reader.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	check(t, err)
	defer null.Close()
	p.Files = []uintptr{null.Fd(), writer.Fd(), 2}
	if p.Env == nil {
		p.Env = []string{"PATH=" + os.Getenv("PATH"), "GORACE=atexit_sleep_ms=0"}
	}
	pid, confirm, err := p.Start()
	writer.Close()
	if err != nil {
		return "", err
	}
	refused := confirm()
	text, err := io.ReadAll(reader)
	check(t, err)
	var status unix.WaitStatus
	for {
		if _, err = unix.Wait4(pid, &status, 0, nil); !errors.Is(err, unix.EINTR) {
			break
		}
	}
	check(t, err)
	if refused != nil {
		if len(text) != 0 || status.ExitStatus() != 126 {
			t.Errorf("a refused start wrote %q and ended with %#x", text, status)
		}
		return "", refused
	}
	return fmt.Sprintf("%s%d", text, status.ExitStatus()), nil
}

func pointer(n int) *int { return &n }

// ways are the starts with and without the role in between. Both must have the same
// result.
var ways = map[string]Setup{"directly": {}, "by the role": {Umask: pointer(0o022)}}

func TestStart(t *testing.T) {
	t.Parallel()
	dir := tree(t,
		file{"prog", "#!/bin/sh\necho \"$0\" \"$@\"; pwd; exit 3\n", 0o755},
		file{"plain", "echo \"$1\"; exit 4\n", 0o755},
		file{"caf\xe9/prog", "#!/bin/sh\nexit 5\n", 0o755},
	)
	latin := filepath.Join(dir, "caf\xe9")
	tests := []struct {
		name    string
		program Program
		want    string
	}{
		{"by PATH", Program{Argv: []string{"sh", "-c", "echo $0; exit 2", "arg"}}, "arg\n2"},
		{"by a relative path", Program{Argv: []string{"./prog", "a", "b c", ""}, Base: dir, Dir: "/"}, dir + "/prog a b c \n/\n3"},
		{"in a directory", Program{Argv: []string{dir + "/prog"}, Dir: "/usr"}, dir + "/prog\n/usr\n3"},
		{"a script without #!", Program{Argv: []string{dir + "/plain", "word"}}, "word\n4"},
		{"a directory that is not UTF-8", Program{Argv: []string{"pwd"}, Dir: latin}, latin + "\n0"},
		{"a base that is not UTF-8", Program{Argv: []string{"./prog"}, Base: latin}, "5"},
		{"an argument that is not UTF-8", Program{Argv: []string{"echo", "caf\xe9"}}, "caf\xe9\n0"},
		{"its own variables only", Program{Argv: []string{"/usr/bin/env"}, Env: []string{"A=1", "B=x\xe9 y"}}, "A=1\nB=x\xe9 y\n0"},
	}
	for _, test := range tests {
		for way, setup := range ways {
			t.Run(test.name+" "+way, func(t *testing.T) {
				t.Parallel()
				p := test.program
				p.Setup = setup
				got, err := outcome(t, p)
				if err != nil || got != test.want {
					t.Errorf("%q, %v; want %q", got, err, test.want)
				}
			})
		}
	}
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	dir := tree(t,
		file{"data", "text\n", 0o644},
		file{"binary", "\x7fELF\x00\x00garbage", 0o755},
		file{"empty", "", 0o755},
		file{"orphan", "#!/no/such/interpreter -x\n", 0o755},
		file{"folder/x", "", 0o755},
	)
	at := func(name string) string { return filepath.Join(dir, name) }
	tests := []struct {
		name     string
		program  Program
		want     string // DIR stands for the directory
		notFound bool
	}{
		{"no such name", Program{Argv: []string{"no-such-command"}}, `cannot execute "no-such-command": command not found`, true},
		{"no such path", Program{Argv: []string{at("none")}}, `cannot execute "DIR/none": command not found`, true},
		{"no such relative path", Program{Argv: []string{"./none"}, Base: dir}, `cannot execute "./none": command not found`, true},
		{"no base", Program{Argv: []string{"./none"}}, `cannot execute "./none": the path is relative, but the current directory was removed`, false},
		{"a directory", Program{Argv: []string{at("folder")}}, `cannot execute "DIR/folder": is a directory`, false},
		{"not executable", Program{Argv: []string{at("data")}}, `cannot execute "DIR/data": permission denied`, false},
		{"not executable in PATH", Program{Argv: []string{"data"}, Env: []string{"PATH=" + dir}}, `cannot execute "data": permission denied`, false},
		{"no interpreter", Program{Argv: []string{at("orphan")}}, `cannot execute "DIR/orphan": its interpreter "/no/such/interpreter" does not exist`, false},
		{"garbage", Program{Argv: []string{at("binary")}}, `cannot execute "DIR/binary": exec format error`, false},
		{"an empty file", Program{Argv: []string{at("empty")}}, `cannot execute "DIR/empty": exec format error`, false},
		{"no such directory", Program{Argv: []string{"true"}, Dir: at("none")}, `cannot enter directory "DIR/none": no such file or directory`, false},
		{"no directory", Program{Argv: []string{"true"}, Dir: at("data")}, `cannot enter directory "DIR/data": not a directory`, false},
		{"neither", Program{Argv: []string{at("none")}, Dir: at("none")}, `cannot enter directory "DIR/none": no such file or directory`, false},
		{"a name that is not UTF-8", Program{Argv: []string{at("caf\xe9")}}, `cannot execute "DIR/caf\xe9": command not found`, true},
	}
	for _, test := range tests {
		for way, setup := range ways {
			t.Run(test.name+" "+way, func(t *testing.T) {
				t.Parallel()
				p := test.program
				p.Setup = setup
				_, err := outcome(t, p)
				want := strings.ReplaceAll(test.want, "DIR", dir)
				var refused *Error
				if !errors.As(err, &refused) || err.Error() != want || errors.Is(err, ErrNotFound) != test.notFound {
					t.Errorf("%v; want %s", err, want)
				}
			})
		}
	}
}

func TestSetup(t *testing.T) {
	t.Parallel()
	sh := func(script string) []string { return []string{"/bin/sh", "-c", script} }
	tests := []struct {
		name, script, want string
		setup              Setup
		root               bool
	}{
		{name: "umask", script: "umask", setup: Setup{Umask: pointer(0o137)}, want: "0137\n0"},
		{name: "umask 0", script: "umask", setup: Setup{Umask: pointer(0)}, want: "0000\n0"},
		{name: "nice", script: "nice", setup: Setup{Nice: pointer(19)}, want: "19\n0"},
		{name: "limits", script: "ulimit -Sn; ulimit -Hn; ulimit -Sc",
			setup: Setup{Rlimits: []Rlimit{{"nofile", 100, 200}, {"core", 0, 0}}}, want: "100\n200\n0\n0"},
		{name: "oom score", script: "cat /proc/self/oom_score_adj", setup: Setup{OOMScoreAdj: pointer(1000)}, want: "1000\n0"},
		{name: "no new privileges", script: "grep NoNewPrivs /proc/self/status", setup: Setup{NoNewPrivs: true}, want: "NoNewPrivs:\t1\n0"},
		{name: "no pipe of the role", script: "test -e /proc/$$/fd/3 || echo closed", setup: Setup{Umask: pointer(0)}, want: "closed\n0"},
		{name: "group of its own", script: `set -- $(cat /proc/$$/stat); test "$1" = "$5" && echo own`, setup: Setup{Umask: pointer(0)}, want: "own\n0"},
		{name: "user", script: "id -u; id -g; id -G; umask", root: true,
			setup: Setup{Identity: &Identity{UID: 12345, GID: 12346, Groups: []int{12347, 12346}}, Umask: pointer(0o077), Nice: pointer(-5)},
			want:  "12345\n12346\n12346 12347\n0077\n0"},
		{name: "the current user", script: "id -u", setup: Setup{Identity: &Identity{UID: os.Getuid(), GID: os.Getgid(), Groups: []int{os.Getgid()}}},
			want: fmt.Sprintf("%d\n0", os.Getuid())},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.root && os.Geteuid() != 0 {
				leaveOut(t, "only root may")
			}
			got, err := outcome(t, Program{Argv: sh(test.script), Dir: "/", Setup: test.setup})
			if err != nil || got != test.want {
				t.Errorf("%q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestSetupRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		setup      Setup
		root       bool
	}{
		{name: "oom score", setup: Setup{OOMScoreAdj: pointer(2000)}, want: `cannot set oom score adjustment to "2000": invalid argument`},
		{name: "limit", setup: Setup{Rlimits: []Rlimit{{"nofile", 2, 1}}}, want: `cannot set limit "nofile=2:1": invalid argument`},
		{name: "no root", setup: Setup{Root: "/no/such/root"}, want: `cannot change root to "/no/such/root": no such file or directory`, root: true},
		{name: "a root that is not UTF-8", setup: Setup{Root: "/caf\xe9"}, want: `cannot change root to "/caf\xe9": no such file or directory`, root: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.root && os.Geteuid() != 0 {
				leaveOut(t, "only root may change the root")
			}
			_, err := outcome(t, Program{Argv: []string{"true"}, Setup: test.setup})
			if err == nil || err.Error() != test.want {
				t.Errorf("%v; want %s", err, test.want)
			}
		})
	}
}

func TestRootThatIsNoUTF8(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		leaveOut(t, "only root may change the root")
	}
	dir := filepath.Join(t.TempDir(), "caf\xe9")
	check(t, os.Mkdir(dir, 0o755))
	_, err := outcome(t, Program{Argv: []string{"/none"}, Setup: Setup{Root: dir}})
	if err == nil || err.Error() != `cannot execute "/none": command not found` {
		t.Errorf("%v", err)
	}
}

func TestBecomeWithoutAnOrder(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"{}"}, {"no order", "true"}, reexec.Words(order{})} {
		if code, played := reexec.Play(append([]string{Role.Name}, args...), Role); code != 2 || !played {
			t.Errorf("%q: exit status %d", args, code)
		}
	}
}

func BenchmarkStart(b *testing.B) {
	for way, setup := range ways {
		b.Run(way, func(b *testing.B) {
			p := Program{Argv: []string{"/bin/true"}, Env: []string{"GORACE=atexit_sleep_ms=0"}, Files: []uintptr{0, 1, 2}, Setup: setup}
			b.ReportAllocs()
			for b.Loop() {
				pid, confirm, err := p.Start()
				if err == nil {
					err = confirm()
				}
				check(b, err)
				for _, err = unix.Wait4(pid, nil, 0, nil); errors.Is(err, unix.EINTR); {
					_, err = unix.Wait4(pid, nil, 0, nil)
				}
				check(b, err)
			}
		})
	}
}

// A role that was killed early has executed nothing.
func TestConfirmOfAKilledRole(t *testing.T) {
	t.Parallel()
	denied, err := reexec.Marshal(refusal{Step: "execute", Name: "prog", Errno: 13})
	check(t, err)
	for text, want := range map[string]string{
		"":                   `cannot execute "prog": the process exited before it executed the program`,
		".":                  "<nil>",
		"." + string(denied): `cannot execute "prog": permission denied`,
	} {
		reader, writer, err := os.Pipe()
		check(t, err)
		_, err = writer.WriteString(text)
		check(t, err)
		check(t, writer.Close())
		if err := confirm(reader, "prog", nil); fmt.Sprint(err) != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

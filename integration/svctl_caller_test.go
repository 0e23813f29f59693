package integration

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

// callers are entries that svctl starts as the caller of the daemon, and with $SVLOOP by
// the command.
var callers = []struct {
	name, keys string
	want       string // in the answer
}{
	{"success", "start = program serve", "x: started"},
	{"a look at the surroundings", "start = look\n path = DIR:/usr/bin:/bin\n daemon_options = --chdir .", "x: started"},
	{"another environment", "start = look\n daemon_options = --chdir . --env A=1 --umask 027 --nice 3 --stdout out", "x: started"},
	{"ready", "start = program ready 3 serve\n daemon_options = --ready fd:3", "x: started"},
	{"a warning", "start = program notify MAINPID=1 notify READY=1 serve\n daemon_options = --ready notify", "x: started"},
	{"restarts", "start = sh -c exit%203\n daemon_options = --restart always --backoff 0.01:0.02 --chdir .", "cannot start"},
	{"not found", "start = /no/such/program", "command not found"},
	{"not found in PATH", "start = program serve\n path = /nowhere", "command not found"},
	{"not executable", "start = ./plain", "permission denied"},
	{"a directory", "start = ./plain.d", "is a directory"},
	{"exits with 3", "start = program warn why exit 3\n daemon_options = --ready alive:30", "exit status 3"},
	{"exits with 0", "start = program exit 0\n daemon_options = --ready alive:30", "exited before it was ready"},
	{"output of many lines", "start = sh -c seq%201%2050>&2;exit%201\n daemon_options = --ready alive:30 --stderr errors", "exit status 1"},
	{"never ready", "start = program serve\n daemon_options = --ready fd:3 --ready-timeout 0.2", "was not ready"},
	{"too slow", "start = program serve\n daemon_options = --ready fd:3\n timeout = 0.5", "terminated after 500ms"},
	{"too slow, and ignores signals", "start = program ignore TERM,INT,QUIT serve\n daemon_options = --ready fd:3\n timeout = 0.5", "terminated after 500ms"},
	{"kills svloop", "start = ./killer\n daemon_options = --ready fd:3", "signal: killed"},
	{"no directory for the pid file", "start = program serve\n daemon = none/x.pid", "no such file"},
	{"a directory as pid file", "start = program serve\n daemon = plain.d", "plain.d"},
	{"one file twice", "start = program serve\n daemon_options = --log ./plain.d/../x.pid", "x.pid"},
	{"no log", "start = program serve\n daemon_options = --log none/log", "none/log"},
	{"no user", "start = program serve\n daemon_options = --user nobody-has-this-name", "nobody-has-this-name"},
	{"no group", "start = program serve\n daemon_options = --group nobody-has-this-name", "nobody-has-this-name"},
	{"a wrong option before the command", "start = --nonsense program serve", "--nonsense"},
	{"an option that starts nothing", "start = program serve\n daemon_options = --version\n timeout = 0.5", "cannot start"},
	{"inherited output", "start = program say hello ready 3 serve\n daemon_options = --ready fd:3 --stdout inherit --log DIR/log", "x: hello"},
	{"survivors", "start = program serve\n daemon_options = --survivors refuse", "x: started"},
}

// look prints what a program sees of the process that started it.
const look = `#!/bin/sh
{
	env | grep -v ^SVLOOP_TEST_ | sort
	pwd
	umask
	ulimit -a
	nice
	ls -l /proc/$$/fd >fds # by itself: a pipeline gives the shell descriptors for a moment
	sed 's/.*[0-9] \([0-9]* ->\)/\1/' fds | grep -v pipe
	rm fds
	grep -E '^(SigBlk|SigIgn|SigCgt)' /proc/self/status
	read -r pid comm state ppid group session terminal rest </proc/$$/stat
	[ $session = $ppid ] && echo "in the session of svloop"
	[ $group = $$ ] && echo "in a group of its own"
	echo "terminal $terminal"
	tr '\0' '\n' </proc/$ppid/cmdline
	readlink /proc/$ppid/exe /proc/$ppid/cwd
} >looked.new 2>&1
mv looked.new looked
exec sleep 1000
`

// TestCallersAgree starts each service as svctl does it, and as the command of svloop
// does it. The words, the exit status, the log and what the program sees are the same.
func TestCallersAgree(t *testing.T) {
	t.Parallel()
	for _, test := range callers {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			own := startedBy(t, test.keys, "")
			command := startedBy(t, test.keys, filepath.Join(bin, "svloop"))
			if own != command {
				t.Errorf("svctl itself, and by the command:\n%s", diff(own, command))
			}
			if !strings.Contains(own, test.want) {
				t.Errorf("it lacks %q:\n%s", test.want, own)
			}
		})
	}
}

// startedBy starts a service, and returns all that there is to see.
func startedBy(t *testing.T, keys, svloop string) string {
	if !strings.Contains(keys, "daemon = ") {
		keys += "\n daemon = x.pid"
	}
	s := newScene(t, map[string]string{"look": look, "plain": "", "killer": "#!/bin/sh\nkill -KILL $PPID\nexec sleep 1000\n"})
	for _, err := range []error{os.Chmod(s.path("plain"), 0o644), os.Mkdir(s.path("plain.d"), 0o755)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	keys = strings.ReplaceAll(keys, "DIR", s.dir)
	keys = strings.Replace(keys, "start = look", "start = "+s.path("look"), 1)
	s.write("svctl.conf", "<entry>\n type = service\n name = x\n "+keys+"\n</entry>\n")
	s.env = append(s.env, "SVLOOP="+svloop)
	code, text := s.svctl("--loglevel", "debug", "start", "x")
	var b strings.Builder
	fmt.Fprintf(&b, "exit status %d\n%s", code, text)
	if strings.Contains(keys, "/look") {
		var looked []byte
		s.await("looked", func() bool {
			looked, _ = os.ReadFile(s.path("looked"))
			return len(looked) > 0
		})
		b.Write(looked)
	}
	stopped, text := s.svctl("stop", "x")
	fmt.Fprintf(&b, "stop: exit status %d\n", stopped)
	if strings.Contains(keys, "timeout = ") { // the command, which was killed, may leave the pid file
		if svloop == "" && !strings.Contains(text, "x: already stopped") {
			t.Errorf("after a start that took too long: %s", text)
		}
		text = ""
	}
	b.WriteString(text)
	if _, err := os.Lstat(s.path("x.pid")); err == nil {
		b.WriteString("x.pid is left\n")
	}
	return s.normal(b.String(), svloop)
}

// diff returns the lines that only one of two texts has.
func diff(a, b string) string {
	in := func(line, text string) bool {
		return strings.Contains("\n"+text, "\n"+strings.TrimSuffix(line, "\n")+"\n")
	}
	var d strings.Builder
	for line := range strings.Lines(a) {
		if !in(line, b) {
			d.WriteString("- " + line)
		}
	}
	for line := range strings.Lines(b) {
		if !in(line, a) {
			d.WriteString("+ " + line)
		}
	}
	return d.String()
}

func (s *scene) path(name string) string { return filepath.Join(s.dir, name) }

var (
	anyPID   = regexp.MustCompile(`\bpid [0-9]+|process [0-9]+`)
	attempts = regexp.MustCompile(`[0-9]+ restarts?|next attempt in [0-9.µm]+s`)
	variable = regexp.MustCompile(`(?m)^SVLOOP(_TEST)?=.*\n`)
	// Each look at the state is a command with $SVLOOP, and is not logged without. A
	// command that takes too long is ended by a signal, and logs that.
	askings = regexp.MustCompile(`(?m)^.*svloop --pidfile \S+ --(status|quit)".*\n|` +
		`^simplevisor: debug: x: svloop (is |was |\(pid N\) is |\(pid N\) has ended).*\n|` +
		`^simplevisor: debug: x: svloop: ("plain.d" is not a regular file|timeout exceeded|interrupted by signal: terminated)\n`)
)

// normal returns a text without what differs from start to start.
func (s *scene) normal(text, svloop string) string {
	text = strings.ReplaceAll(text, s.dir, "DIR")
	text = anyPID.ReplaceAllString(text, "pid N")
	text = attempts.ReplaceAllString(text, "some")
	text = variable.ReplaceAllString(text, "")
	return askings.ReplaceAllString(text, "")
}

// TestCallerIsInterrupted ends svctl while a start is pending: nothing is left of it.
// That the daemon is a child of svctl shows that no command was run.
func TestCallerIsInterrupted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		signal syscall.Signal
		svloop string
		parent string
	}{
		{syscall.SIGTERM, "", "svctl"},
		{syscall.SIGINT, "", "svctl"},
		{syscall.SIGTERM, filepath.Join(bin, "svloop"), "svloop"},
	} {
		t.Run(fmt.Sprintf("%v %s", test.signal, test.parent), func(t *testing.T) {
			t.Parallel()
			s := newScene(t, nil)
			s.write("svctl.conf", fmt.Sprintf("<entry>\n type = service\n name = x\n start = program pid program.pid serve\n"+
				" daemon = %s\n daemon_options = --ready fd:3 --chdir %s\n</entry>\n", s.path("x.pid"), s.dir))
			cmd := exec.Command(filepath.Join(bin, "svctl"), "start", "x")
			cmd.Dir, cmd.Env = s.dir, append(s.env, "SVLOOP="+test.svloop)
			var text bytes.Buffer
			cmd.Stdout, cmd.Stderr = &text, &text
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			s.await("program.pid", func() bool { return s.pid("program.pid") > 0 })
			daemon, program := s.pid("x.pid"), s.pid("program.pid")
			stat, err := proctree.ReadStat(daemon)
			if err != nil {
				t.Fatal(err)
			}
			if parent, err := proctree.ReadStat(stat.PPID); err != nil || parent.Comm != test.parent {
				t.Errorf("the parent of the daemon is %+v, %v, want %s", parent, err, test.parent)
			}
			if err := cmd.Process.Signal(test.signal); err != nil {
				t.Fatal(err)
			}
			err = cmd.Wait()
			var exit *exec.ExitError
			want := fmt.Sprintf("svctl: x: cannot start: \"%s/svloop -c 1 --pidfile %s --ready fd:3 --chdir %s --daemon program pid program.pid serve\": interrupted\n", bin, s.path("x.pid"), s.dir)
			if !errors.As(err, &exit) || exit.ExitCode() != 128+int(test.signal) || text.String() != want {
				t.Errorf("%v, %q, want %q", err, text.String(), want)
			}
			if isAlive(daemon) || isAlive(program) || s.pid("x.pid") != 0 {
				t.Errorf("daemon %d, program %d or the pid file is left", daemon, program)
			}
		})
	}
}

package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// monitor has the commands of a format: the process that supervises one service
// directory, and those that control it.
type monitor struct {
	format, program      string
	up, down, again, end []string // the directory is appended
	// ready waits until the service is ready, without a limit or not at all.
	ready, readyNow []string
	// isDown reports whether the service is down, and stays down.
	isDown func(h *host, dir string) bool
}

// service is the service directory of an entry x, with its monitor.
type service struct {
	*host
	monitor
	path string
}

// newService exports an entry with these keys, in which BIN and DIR stand for the
// directories of the binaries and of the host.
func newService(t *testing.T, m monitor, keys string) *service {
	t.Helper()
	if os.Geteuid() != 0 {
		leaveOut(t, "services of other users need root")
	}
	if found, err := condition("have:" + m.program); err != nil || !found {
		leaveOut(t, m.program+" is not installed")
	}
	s := &service{host: newHost(t), monitor: m}
	// Programs of another user need access to the directory.
	for dir := s.dir; dir != os.TempDir(); dir = filepath.Dir(dir) {
		check(t, os.Chmod(dir, 0o777))
	}
	s.path = filepath.Join(s.dir, "x")
	s.write("svctl.conf", "<entry>\n    type = service\n    name = x\n    daemon = DIR/x.pid\n"+keys+"\n</entry>\n")
	s.must("svctl", "--conf", "svctl.conf", "export", m.format, "--output", ".")
	return s
}

func (s *service) write(name, text string) {
	s.Helper()
	text = strings.NewReplacer("BIN", bin, "DIR", s.dir).Replace(text)
	check(s, os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o755))
}

// command returns a command of the built binaries or of the host.
func command(words ...string) *exec.Cmd {
	if words[0] == "svctl" || words[0] == "svloop" {
		words[0] = filepath.Join(bin, words[0])
	}
	return exec.Command(words[0], words[1:]...)
}

// must runs a command, which must succeed, and returns its output.
func (s *service) must(words ...string) string {
	s.Helper()
	a := s.run(command(words...))
	if a.code != 0 {
		s.Fatalf("%q: %v\n%s", words, a, s.log())
	}
	return a.stdout
}

// tell sends a command to the monitor, which must succeed.
func (s *service) tell(order []string) {
	s.Helper()
	s.must(append(order[:len(order):len(order)], s.path)...)
}

// watch starts the monitor. The end of the test kills it.
func (s *service) watch() {
	s.Helper()
	s.launch(exec.Command(s.program, s.path))
	s.Cleanup(func() { s.tell(s.end) })
	s.await("the monitor", func() bool { return s.accepts("supervise/control") })
}

// launch starts a process that outlives the next command.
func (s *service) launch(cmd *exec.Cmd) {
	s.Helper()
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	check(s, err)
	defer log.Close()
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, log, log
	cmd.Env = append(os.Environ(), mark+"="+s.id, "PATH="+bin+":"+os.Getenv("PATH")+":/usr/sbin:/sbin:/usr/bin:/bin")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	check(s, cmd.Start())
	s.Cleanup(func() { _ = cmd.Wait() })
}

// accepts reports whether a FIFO of the monitor has a reader.
func (s *service) accepts(pipe string) bool {
	f, err := os.OpenFile(filepath.Join(s.path, pipe), os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err == nil {
		f.Close()
	}
	return err == nil
}

// lines returns the pids that programs have appended to a file.
func (s *service) lines(name string) (pids []int) {
	text, _ := os.ReadFile(filepath.Join(s.dir, name))
	for word := range strings.FieldsSeq(string(text)) {
		pid, err := strconv.Atoi(word)
		check(s, err)
		pids = append(pids, pid)
	}
	return pids
}

// nth waits for the nth line of a file, and returns it.
func (s *service) nth(name string, n int) (pid int) {
	s.Helper()
	s.await(fmt.Sprintf("line %d of %s", n, name), func() bool { return len(s.lines(name)) >= n })
	if all := s.lines(name); len(all) > n {
		s.Fatalf("%s has the lines %v, want %d", name, all, n)
	}
	return s.lines(name)[n-1]
}

func (s *service) gone(pids ...int) {
	s.Helper()
	for _, pid := range pids {
		s.await(fmt.Sprintf("the end of process %d", pid), func() bool { return !isAlive(pid) })
	}
}

// wantStopped expects these programs to have exited.
func (s *service) wantStopped(names ...string) {
	s.Helper()
	for _, name := range names {
		for _, pid := range s.lines(name) {
			if isAlive(pid) {
				s.Fatalf("process %d of %s is alive after the stop\n%s", pid, name, s.log())
			}
		}
	}
}

func (s *service) awaitDown() {
	s.Helper()
	s.await("the service to be down", func() bool { return s.isDown(s.host, s.path) })
}

func (s *service) kill(pid int) {
	s.Helper()
	check(s, syscall.Kill(pid, syscall.SIGKILL))
	s.gone(pid)
}

// checkAlways: a program that is restarted after each exit is restarted after a kill,
// without its old descendants, and a stop leaves nothing.
func checkAlways(t *testing.T, m monitor) {
	t.Parallel()
	s := newService(t, m, `
    start = BIN/program append DIR/starts child append+DIR/children+serve serve
    daemon_options = --restart always --user nobody`)
	s.watch()
	for i := range 2 {
		first, child := s.nth("starts", 3*i+1), s.nth("children", 3*i+1)
		s.kill(first)
		second := s.nth("starts", 3*i+2)
		if isAlive(child) {
			t.Errorf("the child %d of the killed program is there beside the new one", child)
		}
		s.nth("children", 3*i+2)
		s.tell(s.again)
		s.gone(second)
		s.nth("starts", 3*i+3)
		s.nth("children", 3*i+3)
		s.tell(s.down)
		s.wantStopped("starts", "children")
		if i == 0 {
			s.tell(s.up)
		}
	}
}

// checkStubborn: a process that ignores TERM is killed, also in the process group of the
// program.
func checkStubborn(t *testing.T, m monitor, program bool, stop []string) {
	t.Helper()
	ignore := map[bool]string{true: "ignore TERM"}[program]
	s := newService(t, m, `
    start = BIN/program `+ignore+` child ignore+TERM+append+DIR/children+serve append DIR/starts serve
    daemon_options = --restart always`)
	s.watch()
	s.nth("starts", 1)
	s.nth("children", 1)
	s.run(command(append(stop, s.path)...)) // sv reports that it sent KILL
	s.awaitDown()
	// A killed process needs a moment to exit.
	s.gone(append(s.lines("starts"), s.lines("children")...)...)
}

// checkOnce: a program that is run once stays down after any exit, and is started again
// on request.
func checkOnce(t *testing.T, m monitor) {
	t.Parallel()
	s := newService(t, m, "    start = BIN/program append DIR/starts until DIR/exit")
	s.watch()
	s.kill(s.nth("starts", 1))
	s.awaitDown()
	s.tell(s.up)
	second := s.nth("starts", 2)
	s.tell(s.again)
	s.gone(second)
	s.nth("starts", 3)
	s.write("exit", "")
	s.awaitDown()
	// As short as possible: the monitor receives the command and the exit at about the same
	// time.
	for n := 4; n < 8; n++ {
		s.run(command(append(s.up[:len(s.up):len(s.up)], s.path)...)) // it may exit before it is seen
		s.nth("starts", n)
		s.awaitDown()
	}
	s.nth("starts", 7)
}

// checkOnFailure: svloop restarts the program after a failure, and not after a success.
func checkOnFailure(t *testing.T, m monitor) {
	t.Parallel()
	s := newService(t, m, `
    start = BIN/program append DIR/starts until DIR/exit
    daemon_options = --restart on-failure --backoff 0`)
	s.watch()
	s.kill(s.nth("starts", 1))
	second := s.nth("starts", 2)
	s.tell(s.again)
	s.gone(second)
	s.nth("starts", 3)
	s.write("exit", "")
	s.awaitDown()
	s.nth("starts", 3)
}

// checkExpectedStopped: the service is started only on request.
func checkExpectedStopped(t *testing.T, m monitor) {
	t.Parallel()
	s := newService(t, m, `
    start = BIN/program append DIR/starts serve
    expected = stopped`)
	s.watch()
	s.awaitDown()
	if all := s.lines("starts"); len(all) > 0 {
		t.Errorf("it was started as %v", all)
	}
	s.tell(s.up)
	s.nth("starts", 1)
	s.tell(s.down)
	s.wantStopped("starts")
}

// checkUnderSvloop: all descendants of the program are terminated with it, and it is
// restarted after a kill of the program or of svloop.
func checkUnderSvloop(t *testing.T, m monitor) {
	t.Parallel()
	s := newService(t, m, `
    start = BIN/program append DIR/starts session append+DIR/sessions+serve child append+DIR/children+serve serve
    daemon_options = --restart always --timeout 1000`)
	s.watch()
	s.nth("sessions", 1)
	s.nth("children", 1)
	s.kill(s.nth("starts", 1))
	s.nth("starts", 2)
	s.await("svloop to report that it runs", func() bool { return s.status().code == 0 })
	s.nth("sessions", 2)
	children := s.nth("children", 2)
	svloop := s.pid()
	s.kill(svloop)
	s.nth("starts", 3)
	s.gone(children) // a survivor, in svloop's session
	s.nth("sessions", 3)
	s.nth("children", 3)
	for i, pid := range s.lines("sessions") {
		if i < 2 && isAlive(pid) { // svloop has no record of it
			check(s, syscall.Kill(pid, syscall.SIGKILL))
		}
	}
	s.tell(s.down)
	s.wantStopped("starts", "sessions", "children")
	if _, err := os.Stat(s.pidfile); err == nil {
		t.Errorf("%s is left", s.pidfile)
	}
}

// checkKilled: remaining processes of a killed svloop are stopped, although svloop is run
// once. An instance that another process has started is not touched.
func checkKilled(t *testing.T, m monitor) {
	t.Parallel()
	s := newService(t, m, `
    start = BIN/program append DIR/starts child ignore+TERM+append+DIR/children+serve serve
    daemon_options = --kill-spec TERM/0.2%20KILL`)
	s.watch()
	s.nth("starts", 1)
	s.nth("children", 1)
	s.await("svloop to report that it runs", func() bool { return s.status().code == 0 })
	s.kill(s.pid())
	s.awaitDown()
	s.gone(append(s.lines("starts"), s.lines("children")...)...)

	s.must("svctl", "--conf", "svctl.conf", "start", "x")
	other := s.nth("starts", 2)
	s.run(command(append(s.up[:len(s.up):len(s.up)], s.path)...)) // it may exit before it is seen
	s.tell(s.down)                                                // also waits for the exit of finish
	if a := s.status(); a.code != 0 || !isAlive(other) {
		t.Errorf("the other instance: %v\n%s", a, s.log())
	}
	s.must("svctl", "--conf", "svctl.conf", "stop", "x")
}

// checkReady: the supervisor reports the service as ready only after the program has.
func checkReady(t *testing.T, m monitor, ready, say string) {
	t.Helper()
	s := newService(t, m, `
    start = BIN/program append DIR/starts until DIR/go `+say+` serve
    daemon_options = --restart always --ready `+ready)
	s.watch()
	s.nth("starts", 1)
	if a := s.run(command(append(s.readyNow[:len(s.readyNow):len(s.readyNow)], s.path)...)); a.code == 0 {
		t.Errorf("the service is ready before the program reports it: %v", a)
	}
	s.write("go", "")
	s.tell(s.ready)
	s.nth("starts", 1)
	s.tell(s.down)
	s.wantStopped("starts")
}

// surroundings records the execution environment of a program.
const surroundings = `#!/bin/sh
{
	id; umask; pwd; nice; cat /proc/self/limits /proc/self/oom_score_adj
	grep -E "NoNewPrivs|SigBlk|SigIgn" /proc/self/status
	readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2
	env -u PWD -u OLDPWD -u SHLVL -u _ -u ` + mark + ` | grep -v ^SVCTL_RUNTIME_ | sort
	printf '<%s>\n' "$@"
} >DIR/found.new
mv DIR/found.new DIR/found
exec BIN/program append DIR/starts serve
`

// checkSurroundings compares the execution environment of a program under the monitor
// with that under a daemon of svloop: they are equal.
func checkSurroundings(t *testing.T, m monitor) {
	t.Parallel()
	const always = "--restart always --stdout null --stderr null "
	for name, keys := range map[string]string{
		"nothing": "daemon_options = " + always,
		"user":    "daemon_options = " + always + "--user www-data --no-new-privs --umask 027",
		"shell":   "daemon_options = " + always + "--user irc --chdir /usr --env SHELL=/bin/none",
		"cleared": "daemon_options = " + always + "--clear-env --env PATH=/usr/bin:/bin --env A=b%20%27%24HOME%27 --user nobody",
		"limits": "daemon_options = " + always + "--nice 4 --oom-score-adj 100 --stdin /dev/zero " +
			"--rlimit nofile=50:60 --rlimit core=0:4096 --rlimit as=unlimited --rlimit cpu=1000 --rlimit data=4000000000 --rlimit fsize=1000001 " +
			"--rlimit locks=10 --rlimit memlock=65537 --rlimit msgqueue=1000 --rlimit nproc=20000:30000 --rlimit rss=unlimited " +
			"--rlimit rttime=1000000 --rlimit sigpending=100 --rlimit stack=8000001:9000000",
		"path": "path = BIN:/usr/bin:/bin\n daemon_options = " + always + "--env B=%22x%22 --env B=y%0Az",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, m, "start = DIR/show it%27s %24HOME two%20words %60x%60\n"+keys)
			s.write("show", surroundings)
			found := func() string {
				t.Helper()
				s.nth("starts", 1)
				text, err := os.ReadFile(filepath.Join(s.dir, "found"))
				check(t, err)
				check(t, os.Remove(filepath.Join(s.dir, "found")))
				check(t, os.Remove(filepath.Join(s.dir, "starts")))
				return string(text)
			}
			s.must("svctl", "--conf", "svctl.conf", "start", "x")
			want := found()
			s.must("svctl", "--conf", "svctl.conf", "stop", "x")
			s.watch()
			got := found()
			s.tell(s.down)
			if got != want {
				t.Errorf("under %s it finds\n%s\nas a daemon of svloop\n%s", s.program, got, want)
			}
		})
	}
}

// checkScripts checks the scripts for all kinds of options with shellcheck and the shell.
// Text in single quotes is from the entry, so advice about it (SC2016, SC1003) does not
// apply.
func checkScripts(t *testing.T, m monitor) {
	t.Parallel()
	if found, err := condition("have:shellcheck"); err != nil || !found {
		leaveOut(t, "shellcheck is not installed")
	}
	for i, keys := range []string{
		"", "expected = stopped", "path = /a b:/c'd", "timeout = 0.5\nrestart = /bin/x a%20b",
		"daemon_options = --restart always --user www --clear-env --env A=%24x%27 --nice -3 --rlimit core=0:unlimited --umask 0 --stdin /a%20b --stdout null --no-new-privs --oom-score-adj 5 --log /%0A",
		"daemon_options = --restart on-failure --user 5 --group 6 --ready tcp:localhost:80 --kill-spec TERM/5%20KILL --env %60x%60=1 --env-file /%24%28x%29",
		"daemon_options = --ready fd:5 --kill-spec USR1/5%20KILL",
		"daemon_options = --survivors adopt --debug",
	} {
		s := newService(t, m, "start = /bin/x it%27s %24HOME %22 %60x%60 * a%0Ab\n"+keys)
		var scripts []string
		check(t, filepath.WalkDir(s.path, func(name string, entry os.DirEntry, err error) error {
			if info, _ := entry.Info(); err == nil && !entry.IsDir() && info.Mode()&0o111 != 0 {
				scripts = append(scripts, name)
			}
			return err
		}))
		if len(scripts) == 0 {
			t.Fatalf("%q: there is no script", keys)
		}
		for _, name := range scripts {
			s.must("sh", "-n", name)
		}
		if a := s.run(exec.Command("shellcheck", append(scripts, "--exclude=SC2016,SC1003")...)); a.code != 0 {
			t.Errorf("row %d, %q: %v", i, keys, a)
		}
	}
}

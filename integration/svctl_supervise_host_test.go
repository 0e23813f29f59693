package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// supervised is a host whose services svctl supervises. Their programs and control
// commands write to the file "violations" when there is a second copy of a program, or
// when two commands act on a service at once.
type supervised struct {
	*host
	conf, supfile, violations string
	env                       []string // of all commands
}

// newSupervised returns a host with this configuration, in which DIR stands for the
// directory of the host, and SOLE(NAME) for a program that no second copy may join.
func newSupervised(t testing.TB, conf string) *supervised {
	s := supervisedOn(newHost(t))
	s.configure(conf)
	return s
}

func supervisedOn(h *host) *supervised {
	return &supervised{host: h, conf: filepath.Join(h.dir, "svctl.conf"), supfile: filepath.Join(h.dir, "sup.pid"), violations: filepath.Join(h.dir, "violations")}
}

func (s *supervised) configure(conf string) {
	s.Helper()
	check(s, os.WriteFile(s.conf, []byte(s.expand(conf)), 0o644))
}

// expand replaces the words of a configuration that stand for others.
func (s *supervised) expand(conf string) string {
	for {
		before, rest, found := strings.Cut(conf, "SOLE(")
		if !found {
			return strings.ReplaceAll(conf, "DIR", s.dir)
		}
		name, after, _ := strings.Cut(rest, ")")
		conf = fmt.Sprintf("%sprogram sole DIR/%s.lock DIR/violations append DIR/%[2]s.starts serve%s", before, name, after)
	}
}

// daemonEntry is a daemon service of which there may be only one copy.
func daemonEntry(name string, keys ...string) string {
	return entryOf(name, append(keys, "start = SOLE("+name+")", "daemon = DIR/"+name+".pid")...)
}

// controlEntry is a service with a control command.
func controlEntry(name string, keys ...string) string {
	return entryOf(name, append(keys, "control = program control DIR/"+name+" DIR/violations")...)
}

func entryOf(name string, keys ...string) string {
	return "<entry>\ntype = service\nname = " + name + "\ntimeout = 20\n" + strings.Join(keys, "\n") + "\n</entry>\n"
}

// groupOf is a group of entries.
func groupOf(name, strategy string, children ...string) string {
	return "<entry>\ntype = supervisor\nname = " + name + "\nstrategy = " + strategy + "\nwindow = 12\nadjustments = 12\n" +
		"<children>\n" + strings.Join(children, "") + "</children>\n</entry>\n"
}

// command returns a svctl command in the environment of the host.
func (s *supervised) command(args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(bin, "svctl"), args...)
	cmd.Env = append([]string{"SVCTL_CONF=" + s.conf}, s.env...)
	return cmd
}

func (s *supervised) svctl(args ...string) answer {
	s.Helper()
	return s.run(s.command(args...))
}

// superviseArgs are the arguments of a supervisor with this interval in seconds.
func (s *supervised) superviseArgs(interval string, options ...string) []string {
	return slices.Concat([]string{"--log", "file", "--logfile", filepath.Join(s.dir, "log"), "--loglevel", "info",
		"supervise", "--pidfile", s.supfile, "--interval", interval}, options)
}

// supervise starts a supervisor as a daemon, and returns its pid.
func (s *supervised) supervise(interval string, options ...string) int {
	s.Helper()
	a := s.svctl(s.superviseArgs(interval, append(options, "--daemon")...)...)
	if a.code != 0 {
		s.Fatalf("supervise: %v\n%s", a, s.log())
	}
	return s.supervisor()
}

// foreground starts a supervisor that is no daemon, and returns a function that waits for
// its exit status.
func (s *supervised) foreground(interval string, options ...string) (wait func() int) {
	s.Helper()
	cmd := s.command(s.superviseArgs(interval, options...)...)
	cmd.Dir, cmd.Env = s.dir, append(s.environment(), cmd.Env...)
	check(s, cmd.Start())
	return func() int {
		_ = cmd.Wait()
		return cmd.ProcessState.ExitCode()
	}
}

// awaitSupervisor waits until another supervisor than that with the pid not runs.
func (s *supervised) awaitSupervisor(not int) (pid int) {
	s.Helper()
	s.await("a supervisor", func() bool {
		a := s.svctl("supervise", "--pidfile", s.supfile, "--status", "--json")
		var report struct{ PID int }
		_ = json.Unmarshal([]byte(a.stdout), &report)
		pid = report.PID
		return a.code == 0 && pid != not
	})
	return pid
}

func (s *supervised) exists(name string) bool {
	_, err := os.Lstat(filepath.Join(s.dir, name))
	return err == nil
}

func (s *supervised) write(name, text string) {
	s.Helper()
	writeProgram(s, filepath.Join(s.dir, name), []byte(text))
}

// supervisor returns the pid of the supervisor.
func (s *supervised) supervisor() int {
	s.Helper()
	pid := 0
	text, err := os.ReadFile(s.supfile)
	check(s, err)
	_, _ = fmt.Sscan(string(text), &pid)
	if pid == 0 {
		s.Fatalf("no pid in %q: %q", s.supfile, text)
	}
	return pid
}

// quitSupervisor ends the supervisor and all services, and expects that nothing remains.
func (s *supervised) quitSupervisor() {
	s.Helper()
	if a := s.svctl("supervise", "--pidfile", s.supfile, "--quit"); a.code != 0 {
		s.Errorf("quit: %v\n%s", a, s.log())
	}
	s.wantNothing()
	s.wantNoViolation()
}

func (s *supervised) wantNoViolation() {
	s.Helper()
	if text, err := os.ReadFile(s.violations); err == nil {
		s.Errorf("second copies, or two actions at once:\n%s%s", text, s.log())
	}
}

// states returns the state of each service, by its path.
func (s *supervised) states() map[string]string {
	s.Helper()
	a := s.svctl("status", "--json")
	var report struct {
		Services []struct{ Path, State string }
	}
	if err := json.Unmarshal([]byte(a.stdout), &report); err != nil {
		s.Fatalf("status: %v: %v", err, a)
	}
	states := make(map[string]string)
	for _, service := range report.Services {
		states[service.Path] = service.State
	}
	return states
}

// awaitStates waits until these services are in this state.
func (s *supervised) awaitStates(state string, paths ...string) {
	s.Helper()
	var states map[string]string
	defer func() {
		if s.Failed() {
			s.Logf("states: %v", states)
		}
	}()
	s.await(fmt.Sprintf("%q to be %s", paths, state), func() bool {
		states = s.states()
		return !slices.ContainsFunc(paths, func(path string) bool { return states[path] != state })
	})
}

// starts returns how often the program of a service was started.
func (s *supervised) starts(name string) int {
	text, _ := os.ReadFile(filepath.Join(s.dir, name+".starts"))
	return strings.Count(string(text), "\n")
}

// programOf returns the pid of the program of a service, 0 if it does not run.
func (s *supervised) programOf(path string) int {
	s.Helper()
	a := s.svctl("status", "--json", path)
	var report struct{ Services []struct{ PIDs []int } }
	if err := json.Unmarshal([]byte(a.stdout), &report); err != nil {
		s.Fatalf("status: %v: %v", err, a)
	}
	if len(report.Services) == 0 || len(report.Services[0].PIDs) == 0 {
		return 0
	}
	return report.Services[0].PIDs[0]
}

// isCopy reports whether a process is the program of a service with files of this name.
func isCopy(pid int, file string) bool {
	args, err := proctree.Args(pid)
	return err == nil && len(args) > 2 && filepath.Base(args[0]) == "program" && args[1] == "sole" &&
		(args[2] == file+".lock" || args[2] == file+"/program.lock")
}

// killOne kills a process of this host, and waits for its exit.
func (s *supervised) killOne(pid int) {
	s.Helper()
	handle, err := proctree.Open(pid)
	check(s, err)
	defer handle.Close()
	check(s, handle.Signal(unix.SIGKILL))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := handle.Wait(ctx); err != nil {
		s.Fatalf("process %d outlives SIGKILL: %v", pid, err)
	}
}

// soak returns how long a test of faults in random order lasts: short unless SVCTL_SOAK
// is a duration.
func soak(t testing.TB) time.Duration {
	t.Helper()
	text := os.Getenv("SVCTL_SOAK")
	if text == "" {
		return 5 * time.Second
	}
	d, err := time.ParseDuration(text)
	check(t, err)
	return d
}

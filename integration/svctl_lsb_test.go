package integration

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// lsbTable is what cluster managers check before they accept a service. After each row
// the program must be that of the row before, another, or none.
var lsbTable = []struct {
	action string
	code   int
	text   string
	same   bool // the program is the one that ran before
	runs   bool
}{
	{"status", 3, "not running", false, false},
	{"stop", 0, "already stopped", false, false},
	{"start", 0, "started", false, true},
	{"status", 0, "running", true, true},
	{"start", 0, "already running", true, true},
	{"status", 0, "running", true, true},
	{"restart", 0, "restarted", false, true},
	{"status", 0, "running", true, true},
	{"stop", 0, "stopped", false, false},
	{"status", 3, "not running, stopped by hand", false, false},
	{"stop", 0, "already stopped", false, false},
	{"restart", 0, "restarted", false, true},
	{"status", 0, "running", true, true},
	{"stop", 0, "stopped", false, false},
	{"status", 3, "not running, stopped by hand", false, false},
}

// lsbService is a service whose program writes its pid to a file.
type lsbService struct {
	*scene
	name    string
	pidFile string // of the program
	reaped  bool   // its status command mistakes a zombie for a living process
}

func (s lsbService) checkTable() {
	s.t.Helper()
	before := 0
	for i, row := range lsbTable {
		step := fmt.Sprintf("row %d, %s", i, row.action)
		s.expect(step, row.code, s.name+": "+row.text, row.action, s.name)
		pid := s.program(row.runs)
		if (pid == before && pid != 0) != row.same {
			s.t.Fatalf("%s: the program is process %d, and was %d before", step, pid, before)
		}
		before = pid
	}
}

// checkDirty makes the service dirty by a SIGKILL of victim, and expects it to be clean
// after start and after restart.
func (s lsbService) checkDirty(victim string) {
	s.t.Helper()
	for _, action := range []string{"start", "restart"} {
		s.expect("start", 0, s.name+": started", "start", s.name)
		first := s.program(true)
		s.kill(s.pid(victim), s.reaped)
		if code, text := s.svctl("status", s.name); code == 0 || code == 3 {
			s.t.Fatalf("status after SIGKILL: exit status %d, want neither 0 nor 3: %s", code, text)
		}
		s.expect(action, 0, s.name+": "+action+"ed", action, s.name)
		s.expect("status", 0, s.name+": running", "status", s.name)
		if second := s.program(true); second == first || isAlive(first) {
			s.t.Fatalf("%s: process %d runs, and %d of before: alive is %v", action, second, first, isAlive(first))
		}
		s.expect("stop", 0, s.name+": stopped", "stop", s.name)
		s.program(false)
	}
	s.expect("status", 3, s.name+": not running, stopped by hand", "status", s.name)
}

// expect runs svctl, and compares the exit status and the beginning of its only line,
// which may only continue with the pids of a running service, or with the user and the
// time of an action by hand.
func (s *scene) expect(step string, code int, line string, args ...string) {
	s.t.Helper()
	got, text := s.svctl(args...)
	text, _, _ = strings.Cut(text, " (")
	if got != code || strings.TrimSuffix(text, "\n") != line {
		s.t.Fatalf("%s: exit status %d, %q, want %d, %q", step, got, text, code, line)
	}
}

// program waits until the program runs, and returns its pid, or until it has exited.
func (s lsbService) program(runs bool) int {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		pid := s.pid(s.pidFile)
		alive := pid != 0 && isAlive(pid)
		switch {
		case runs && alive:
			return pid
		case !runs && !alive:
			return 0
		case time.Now().After(deadline):
			s.t.Fatalf("process %d of %s: alive is %v, want %v", pid, s.pidFile, alive, runs)
		}
	}
}

// scene is a directory with files, in which svctl is run.
type scene struct {
	t   *testing.T
	dir string
	env []string
}

func newScene(t *testing.T, files map[string]string) *scene {
	t.Helper()
	s := &scene{t: t, dir: t.TempDir()}
	for name, text := range files {
		s.write(name, text)
	}
	id := fmt.Sprintf("%d-%d", os.Getpid(), scripts.Add(1))
	s.env = append(os.Environ(), mark+"="+id, "PATH="+bin+":"+os.Getenv("PATH")+":/usr/sbin:/sbin:/usr/bin:/bin",
		"SVCTL_CONF="+filepath.Join(s.dir, "svctl.conf"), "SVCTL_RUNTIME_DIR="+filepath.Join(s.dir, ".svctl"), "SVLOOP=")
	t.Cleanup(func() { nothingLeft(t, id) })
	return s
}

func (s *scene) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o755); err != nil {
		s.t.Fatal(err)
	}
}

// svctl runs svctl, and returns its exit status and all its output.
func (s *scene) svctl(args ...string) (code int, text string) {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(bin, "svctl"), args...)
	cmd.Dir, cmd.Env = s.dir, s.env
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(output)
}

// await waits until a file has the expected contents.
func (s *scene) await(file string, reached func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !reached(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain for %s", file)
		}
	}
}

// pid reads a pid file, and returns 0 if it is missing.
func (s *scene) pid(file string) int {
	if !filepath.IsAbs(file) {
		file = filepath.Join(s.dir, file)
	}
	text, _ := os.ReadFile(file)
	first, _, _ := bytes.Cut(bytes.TrimSpace(text), []byte("\n"))
	pid, _ := strconv.Atoi(string(first))
	return pid
}

// kill kills a process, and waits for the exit of all its threads: its leader is a zombie
// before the others have closed their files. It also returns if another process has
// reaped it.
func (s *scene) kill(pid int, reaped bool) {
	s.t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		s.t.Fatalf("cannot kill process %d: %v", pid, err)
	}
	ended := func() bool {
		threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
		return len(threads) == 0 || len(threads) == 1 && !reaped && !isAlive(pid)
	}
	for deadline := time.Now().Add(patience); !ended(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("process %d outlives SIGKILL", pid)
		}
	}
}

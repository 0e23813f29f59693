package integration

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// patience is how long a script waits for an event. It is reached only if the test fails.
const patience = 2 * time.Minute

// commands are the commands of the scripts, in addition to those of testscript:
//
//	exits N PROG ARG...       run it and expect exactly this exit status
//	refused TEXT PROG ARG...  run it and expect a usage error: exit status 2, no
//	                          output, and this line on standard error, perhaps with a hint
//	nostart N TEXT PROG ARG... … a failed start: this exit status, this line on
//	                          standard error, perhaps with output or a hint, no process and no x.pid left
//	waitfor file|nofile PATH  … until it exists, or does not
//	waitfor text PATH REGEXP  … until the file matches
//	waitfor dead|alive PID    … until the process has exited, or exists
//	waitfor still PID         … until all of its threads are stopped
//	waitfor port|noport PORT  … until the port accepts connections, or does not
//	waitfor ok PROG ARG...    … until the command exits with 0
//	signal NAME PID           send a signal
//	alive PID, dead PID       whether the process exists and is not a zombie
//	programof VAR PIDFILE     put the pid of an instance's program into a variable
//	port VAR                  put a free TCP port into a variable
//	pids VAR REGEXP           put the pids of this script's processes whose
//	                          command line matches into a variable
//
// The condition [have:PROG] is true if a program is installed, and [root] if root
// runs the tests. A PID is a number, or the path of a file that begins with one.
var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"exits":     exits,
	"refused":   refused,
	"nostart":   noStart,
	"waitfor":   waitFor,
	"signal":    sendSignal,
	"alive":     func(ts *testscript.TestScript, neg bool, args []string) { wantAlive(ts, args, !neg) },
	"dead":      func(ts *testscript.TestScript, neg bool, args []string) { wantAlive(ts, args, neg) },
	"programof": programOf,
	"port":      freePort,
	"pids":      findPIDs,
}

// mark is the variable that all processes of a script inherit. It identifies processes
// that the script leaves behind.
const mark = "SVLOOP_TEST"

var scripts atomic.Int64

// setUp puts the binaries into PATH and makes the script fail if one of its processes
// remains at the end.
func setUp(env *testscript.Env) error {
	id := fmt.Sprintf("%d-%d", os.Getpid(), scripts.Add(1))
	env.Setenv(mark, id)
	env.Setenv("PATH", bin+":"+env.Getenv("PATH")+":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin")
	env.Setenv("BIN", bin)
	env.Setenv("OLDTOOL", oldTool)
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("SVCTL_RUNTIME_DIR", filepath.Join(env.WorkDir, ".svctl")) // root's would keep what was held by hand
	if err := os.Chmod(env.WorkDir, 0o755); err != nil {
		return err
	}
	env.Vars = append(env.Vars, ansible(env.WorkDir)...)
	t := env.T().(testing.TB)
	env.Defer(func() { nothingLeft(t, id) })
	return nil
}

// nothingLeft fails the test if a process with this mark remains. Processes that read the
// output of others exit after them. A test that has failed may have stopped nothing.
func nothingLeft(t testing.TB, id string) {
	limit := patience
	if t.Failed() {
		limit = 5 * time.Second
	}
	for _, p := range leftAfter(id, limit) {
		args, _ := proctree.Args(p.PID)
		t.Errorf("left behind: pid %d %q", p.PID, args)
		_ = syscall.Kill(p.PID, syscall.SIGKILL)
	}
}

// leftAfter waits for the end of all processes with this mark, and returns what is left.
func leftAfter(id string, limit time.Duration) proctree.Table {
	for deadline := time.Now().Add(limit); ; time.Sleep(5 * time.Millisecond) {
		left := marked(id)
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
	}
}

// marked returns the living processes with this mark, and their descendants: some
// programs overwrite their environment to change their title. If it finds none, but a
// process exits or has exited meanwhile, it looks again: that may have the mark, and hold
// locks for another moment, or it may have had a child.
func marked(id string) proctree.Table {
	for range 100 { // on a busy host some process always exits
		found, exits := markedNow(id)
		if len(found) > 0 || !exits {
			return found
		}
		time.Sleep(time.Millisecond)
	}
	return nil
}

// markedNow also reports whether a process of the table exits, and has no mark any more.
func markedNow(id string) (found proctree.Table, exits bool) {
	table, err := proctree.Snapshot()
	if err != nil {
		return nil, true
	}
	for _, p := range table {
		if !p.Alive() || p.KernelThread() {
			continue
		}
		text, err := environmentOf(p.PID)
		if strings.Contains("\x00"+text, "\x00"+mark+"="+id+"\x00") {
			found = append(found, p)
		}
		exits = exits || errors.Is(err, proctree.ErrGone)
	}
	for _, p := range found {
		for _, d := range table.Descendants(p.PID) {
			if !slices.ContainsFunc(found, func(f proctree.Stat) bool { return f.PID == d.PID }) {
				found = append(found, d)
			}
		}
	}
	return found, exits
}

// environmentOf returns the environment of a process, in the form of /proc. A process
// inside execve(2) has neither that nor arguments, and so has one that exits.
func environmentOf(pid int) (string, error) {
	name := fmt.Sprintf("/proc/%d/environ", pid)
	text, err := os.ReadFile(name)
	if err == nil && len(text) == 0 {
		// This waits for the end of execve(2).
		if words, err := proctree.Args(pid); err != nil || len(words) == 0 {
			return "", proctree.ErrGone
		}
		text, err = os.ReadFile(name)
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) {
		err = proctree.ErrGone
	}
	return string(text), err
}

// condition evaluates [have:PROG] and [root]. In CI a missing program is an error, so
// that no script is skipped silently.
func condition(cond string) (bool, error) {
	if cond == "root" {
		return os.Geteuid() == 0, nil
	}
	name, found := strings.CutPrefix(cond, "have:")
	if !found {
		return false, fmt.Errorf("unknown condition %q", cond)
	}
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/sbin") {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode()&0o111 != 0 {
			return true, nil
		}
	}
	if os.Getenv("CI") != "" {
		return false, fmt.Errorf("%s is missing, and must not be in CI", name)
	}
	return false, nil
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N PROG ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s: exit status %d, want %d", args[1], got, want)
	}
}

func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: waitfor file|nofile|text|dead|alive|still|port|noport|ok ARG...")
	}
	deadline := time.Now().Add(patience)
	for !happened(ts, args[0], args[1:]) {
		if time.Now().After(deadline) {
			ts.Fatalf("timed out waiting for %s", strings.Join(args, " "))
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func happened(ts *testscript.TestScript, what string, args []string) bool {
	switch what {
	case "file", "nofile":
		_, err := os.Lstat(ts.MkAbs(args[0]))
		return (err == nil) == (what == "file")
	case "text":
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		return err == nil && regexp.MustCompile("(?m)"+args[1]).Match(text)
	case "dead", "alive":
		return isAlive(pidOf(ts, args[0])) == (what == "alive")
	case "still":
		return standsStill(pidOf(ts, args[0]))
	case "port", "noport":
		conn, err := net.DialTimeout("tcp", "127.0.0.1:"+args[0], time.Second)
		if err == nil {
			conn.Close()
		}
		return (err == nil) == (what == "port")
	case "ok":
		return ts.Exec(args[0], args[1:]...) == nil
	}
	ts.Fatalf("cannot wait for %q", what)
	return false
}

func sendSignal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: signal NAME PID")
	}
	sig, err := proctree.ParseSignal(args[0])
	ts.Check(err)
	ts.Check(unix.Kill(pidOf(ts, args[1]), sig))
}

func wantAlive(ts *testscript.TestScript, args []string, want bool) {
	for _, arg := range args {
		if pid := pidOf(ts, arg); isAlive(pid) != want {
			ts.Fatalf("process %d: alive is %v, want %v", pid, !want, want)
		}
	}
}

func pidOf(ts *testscript.TestScript, arg string) int {
	if pid, err := strconv.Atoi(arg); err == nil {
		return pid
	}
	words := strings.Fields(ts.ReadFile(arg))
	if len(words) == 0 {
		ts.Fatalf("no pid in %q", arg)
	}
	pid, err := strconv.Atoi(words[0])
	ts.Check(err)
	return pid
}

func isAlive(pid int) bool {
	s, err := proctree.ReadStat(pid)
	return err == nil && s.Alive()
}

// standsStill reports whether a signal has stopped all threads of a process; until then a
// thread may still run.
func standsStill(pid int) bool {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	return err == nil && len(tasks) > 0 && !slices.ContainsFunc(tasks, func(task string) bool {
		text, err := os.ReadFile(task)
		return err != nil || !strings.Contains(string(text), ") T ")
	})
}

// ports counts the ports that freePort has returned.
var ports atomic.Int64

func freePort(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: port VAR")
	}
	port := aFreePort()
	if port == 0 {
		ts.Fatalf("no free port")
	}
	ts.Setenv(args[0], strconv.FormatInt(port, 10))
}

// aFreePort returns a port below the range of ports for outgoing connections, and never
// the same twice. So it is still free when the test uses it, and when the test checks
// that it is free again. It returns 0 if there is none.
func aFreePort() int64 {
	const first, many = 12000, 20000
	for range many {
		port := first + (int64(os.Getpid())*997+ports.Add(1))%many
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			l.Close()
			return port
		}
	}
	return 0
}

func findPIDs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: pids VAR REGEXP")
	}
	re := regexp.MustCompile(args[1])
	var pids []string
	for _, p := range marked(ts.Getenv(mark)) {
		words, err := proctree.Args(p.PID)
		if err == nil && re.MatchString(strings.Join(words, " ")) {
			pids = append(pids, strconv.Itoa(p.PID))
		}
	}
	ts.Setenv(args[0], strings.Join(pids, " "))
}

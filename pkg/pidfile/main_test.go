//go:build linux

package pidfile_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// role is the variable that makes the test binary a process of a test; its value
// selects the behaviour. No process outlives the test: it exits when its standard
// input is closed.
//
//	wait         do nothing
//	hold PATH    claim, publish a record, release after a request to quit
//	deaf PATH    like hold, but ignore requests and signals
//	leave PATH   like hold, and start a "wait" in the same session
//	names PATH N like leave, and publish process N as the program, 0 for the "wait"
//	signal PATH  like hold, but release after SIGTERM, without reading the file
//	race PATH    wait for a line, claim, print the result
//	old PATH     behave like simplevisor-loop, without a claim
const role = "PIDFILE_TEST_ROLE"

func TestMain(m *testing.M) {
	if what := os.Getenv(role); what != "" {
		if err := play(strings.Fields(what)); err != nil {
			fmt.Println(err)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func play(words []string) error {
	input := bufio.NewReader(os.Stdin)
	ended := func() { _, _ = io.Copy(io.Discard, input) }
	none := func(*pidfile.Survivors) error { return errors.New("unexpected survivors") }
	// SIGTERM means a request to quit; only "signal" handles this one.
	terms := make(chan os.Signal, 1)
	signal.Notify(terms, syscall.SIGTERM)
	switch words[0] {
	case "wait":
		ended()
	case "hold":
		f, err := pidfile.Claim(words[1], none)
		if err != nil {
			return err
		}
		if err := f.Publish(aRecord); err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() { ended(); cancel() }()
		events := f.Keep(ctx)
		fmt.Println("holding")
		for e := range events {
			if e.Request == pidfile.Quit {
				break
			}
		}
		return f.Release()
	case "deaf", "signal":
		f, err := pidfile.Claim(words[1], none)
		if err != nil {
			return err
		}
		if err := f.Publish(aRecord); err != nil {
			return err
		}
		fmt.Println("holding")
		if words[0] == "signal" {
			<-terms
		} else {
			ended()
		}
		return f.Release()
	case "leave", "names":
		f, err := pidfile.Claim(words[1], none)
		if err != nil {
			return err
		}
		if err := f.Publish(aRecord); err != nil {
			return err
		}
		child := selfAs("wait")
		child.Stdin = os.Stdin
		if err := child.Start(); err != nil {
			return err
		}
		if words[0] == "names" {
			r := aRecord
			if r.Program, err = strconv.Atoi(words[2]); r.Program == 0 {
				r.Program = child.Process.Pid
			}
			if err = errors.Join(err, f.Publish(r)); err != nil {
				return err
			}
		}
		fmt.Println(child.Process.Pid)
		ended()
		return f.Release()
	case "race":
		if _, err := input.ReadString('\n'); err != nil {
			return err
		}
		f, err := pidfile.Claim(words[1], none)
		var held *pidfile.HeldError
		switch {
		case err == nil:
			fmt.Println("won")
			ended()
			return f.Release()
		case errors.As(err, &held):
			fmt.Println("held by", held.PID)
		default:
			fmt.Println(err)
		}
		ended()
	case "old":
		if err := liveAsTheOldTool(words[1]); err != nil {
			return err
		}
		select {
		case <-terms:
			fmt.Println("asked and signalled")
		default:
			fmt.Println("asked, and not signalled")
		}
	}
	return nil
}

// liveAsTheOldTool writes the file and reads it repeatedly, each time under a flock that
// it waits for.
func liveAsTheOldTool(path string) error {
	locked := func(f func(*os.File) error) error {
		file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return err
		}
		defer file.Close()
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
			return err
		}
		return f(file)
	}
	err := locked(func(f *os.File) error {
		_, err := fmt.Fprintf(f, "%d\n", os.Getpid())
		return err
	})
	if err != nil {
		return err
	}
	fmt.Println("holding")
	gone := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); close(gone) }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	quit := false
	for !quit {
		select {
		case <-gone:
			return nil
		case <-tick.C:
		}
		if err := locked(func(f *os.File) error {
			text, err := io.ReadAll(f)
			quit = string(text) == fmt.Sprintf("%d\nquit\n", os.Getpid())
			return err
		}); err != nil {
			return err
		}
	}
	return os.Remove(path)
}

// same compares two statuses without their records.
func same(a, b pidfile.Status) bool {
	return a.State == b.State && a.PID == b.PID && a.Reason == b.Reason && a.Survivors == b.Survivors
}

var aRecord = pidfile.Record{
	Program: 4242, Started: time.Unix(1700000000, 5).UTC(), Runs: 3, Ready: true,
	Text: "serving <é>", LastExit: "exit status 1", LastFailed: true, KillSpec: "TERM/10 KILL",
}

func selfAs(words ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(self)
	// With the race detector each process would sleep for a second at its exit.
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", role+"="+strings.Join(words, " "))
	return cmd
}

// actor is a process of a test that leads a session.
type actor struct {
	*exec.Cmd
	t     testing.TB
	stdin *os.File
	out   *bufio.Reader
}

func start(t testing.TB, words ...string) *actor { return startNamed(t, "", words...) }

// startNamed starts an actor with another name in its command line.
func startNamed(t testing.TB, name string, words ...string) *actor {
	t.Helper()
	a := &actor{Cmd: selfAs(words...), t: t}
	if name != "" {
		a.Args[0] = name
	}
	a.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	in, stdin, err := os.Pipe()
	check(t, err)
	out, stdout, err := os.Pipe()
	check(t, err)
	a.stdin, a.out = stdin, bufio.NewReader(out)
	a.Stdin, a.Stdout, a.Stderr = in, stdout, os.Stderr
	check(t, a.Start())
	in.Close()
	stdout.Close()
	t.Cleanup(func() {
		stdin.Close()
		_ = a.Process.Signal(syscall.SIGCONT)
		_ = a.Wait() // the error means that the test has killed it
		out.Close()
	})
	return a
}

func (a *actor) pid() int { return a.Process.Pid }

// says returns the next line of the output of the actor.
func (a *actor) says() string {
	a.t.Helper()
	line, err := a.out.ReadString('\n')
	if err != nil {
		a.t.Fatalf("no word from process %d: %v", a.pid(), err)
	}
	return strings.TrimSuffix(line, "\n")
}

func (a *actor) mustSay(want string) {
	a.t.Helper()
	if got := a.says(); got != want {
		a.t.Fatalf("process %d says %q, want %q", a.pid(), got, want)
	}
}

// kill kills the actor and reaps it.
func (a *actor) kill() {
	a.t.Helper()
	check(a.t, a.Process.Kill())
	_ = a.Wait()
}

// stop stops the actor, and returns when it is stopped.
func (a *actor) stop() {
	a.t.Helper()
	check(a.t, a.Process.Signal(syscall.SIGSTOP))
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(a.pid(), &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
		a.t.Fatalf("waiting for process %d to stop: status %#x, %v", a.pid(), status, err)
	}
}

// killed starts an instance, kills it, and returns the pid of the process that it left.
func killed(t testing.TB, path string) (instance, survivor int) {
	t.Helper()
	a := start(t, "leave", path)
	survivor, err := strconv.Atoi(a.says())
	check(t, err)
	a.kill()
	return a.pid(), survivor
}

func deadPID(t testing.TB) int {
	t.Helper()
	a := start(t, "wait")
	a.kill()
	return a.pid()
}

func alive(pid int) bool {
	s, err := proctree.ReadStat(pid)
	return err == nil && s.Alive()
}

// mixed accepts instances of this package and of the old tool, as svloop does.
var mixed = pidfile.Instances{Name: "svloop", Old: []string{"simplevisor-loop"}, Interpreter: "perl"}

// patience is how long a test waits for an event.
const patience = time.Minute

func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func aPath(t testing.TB) string { return filepath.Join(t.TempDir(), "x.pid") }

func put(t testing.TB, path, text string) {
	t.Helper()
	check(t, os.WriteFile(path, []byte(text), 0o644))
}

// rewrite changes the file as the old tool does. No process sees an intermediate state.
func rewrite(t testing.TB, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	check(t, err)
	defer f.Close()
	check(t, syscall.Flock(int(f.Fd()), syscall.LOCK_EX))
	check(t, f.Truncate(0))
	_, err = f.WriteString(text)
	check(t, err)
}

func content(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	check(t, err)
	return string(text)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// age sets the timestamp of the file to that time ago.
func age(t testing.TB, path string, by time.Duration) {
	t.Helper()
	then := time.Now().Add(-by)
	check(t, os.Chtimes(path, then, then))
}

// claim claims a file for this process, and expects no survivors.
func claim(t testing.TB, path string) *pidfile.File {
	t.Helper()
	f, err := pidfile.Claim(path, noSurvivors(t))
	check(t, err)
	return f
}

func noSurvivors(t testing.TB) func(*pidfile.Survivors) error {
	return func(s *pidfile.Survivors) error {
		t.Errorf("unexpected survivors: %v", s)
		return nil
	}
}

// leaveOut skips a test that cannot run on this host. In CI it fails.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("must not be skipped in CI: %s", why)
	}
	t.Skip(why)
}

//go:build linux

package daemonize

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

// The tests execute the test binary as the caller of a daemon, and the caller executes it
// as the daemon. These variables select the behaviour of both.
const (
	callerRole = "DAEMONIZE_TEST_CALLER"  // the action of the caller; unset in the process of the tests
	daemonAct  = "DAEMONIZE_TEST_DAEMON"  // the action of the daemon
	asProgram  = "DAEMONIZE_TEST_PROGRAM" // set: the caller names the program of the daemon
	reportTo   = "DAEMONIZE_TEST_REPORT"  // the file to which the daemon writes its properties
)

func TestMain(m *testing.M) {
	if _, rest, found := strings.Cut(os.Getenv(markName), " "); found && os.Getenv(daemonAct) == "be of another version" {
		os.Setenv(markName, "another "+rest)
	}
	caller, err := FromCaller()
	switch {
	case errors.Is(err, ErrUnlike):
		os.Exit(97)
	case err != nil:
		fmt.Println("cannot become a daemon:", err)
		os.Exit(99)
	case caller != nil:
		os.Exit(beDaemon(caller, os.Getenv(daemonAct)))
	case os.Getenv(callerRole) != "":
		beCaller(os.Getenv(callerRole))
		return
	}
	goleak.VerifyTestMain(m)
}

func beDaemon(caller *Caller, act string) int {
	if path := os.Getenv(reportTo); path != "" {
		if err := os.WriteFile(path, []byte(appearance(caller)), 0o600); err != nil {
			caller.Fail(98, err.Error())
			return 98
		}
	}
	switch act {
	case "ready":
		caller.Ready()
	case "say more than once":
		caller.Ready()
		caller.Ready()
		caller.Warn("too late")
		caller.Fail(1, "too late")
	case "warn":
		caller.Warn("the first")
		caller.Warn("a\nsecond \"one\" \xff")
		caller.Ready()
	case "fail":
		caller.Fail(7, "cannot open \"x\":\nno such file\xff")
	case "fail with 0":
		caller.Fail(0, "nothing")
	case "end":
	case "end with 3":
		return 3
	case "panic":
		panic("a mistake")
	case "be killed":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "hang":
		caller.Warn("hanging")
		time.Sleep(patience)
	case "linger": // until another process opens the other end
		caller.Ready()
		if f, err := os.Open(os.Getenv(reportTo) + ".end"); err == nil {
			_, _ = io.Copy(io.Discard, f)
		}
	case "write":
		fmt.Println("to standard output")
		fmt.Fprintln(os.Stderr, "last words of the Go runtime, which go nowhere")
		_, _ = unix.Write(int(caller.Stderr()), []byte("to standard error\n"))
		_, err := io.Copy(os.Stdout, os.Stdin)
		if err != nil {
			fmt.Println(err)
		}
		caller.Ready()
		fmt.Fprintln(os.Stderr, "ready")
	case "leave":
		leave(caller)
	case "nest":
		os.Setenv(daemonAct, "fail")
		os.Unsetenv(reportTo)
		d, err := Start(Options{})
		if err == nil {
			err = d.Wait(context.Background(), func(string) {})
		}
		caller.Warn(fmt.Sprintf("the daemon within: %v", err))
		caller.Ready()
	}
	return 0
}

// leave starts a process in the daemon's session, and an orphan in a new session, prints
// their pids, and dies.
func leave(caller *Caller) {
	cmd := exec.Command("sh", "-c", `sleep 1000 & echo $!; setsid sh -c 'sleep 1000 & echo $!'`)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	var first, second int
	if err == nil {
		_, err = fmt.Fscan(out, &first, &second)
	}
	caller.Warn(fmt.Sprint(first, " ", second, " ", err))
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// appearance returns the properties of the daemon, one per line.
func appearance(caller *Caller) string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	sid, _ := unix.Getsid(0)
	dir, _ := os.Getwd()
	say("session %v group %v", sid == os.Getpid(), unix.Getpgrp() == os.Getpid())
	say("dir %q from %q", dir, caller.Dir)
	for i := range 3 {
		link, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", i))
		flags, _ := unix.FcntlInt(uintptr(i), unix.F_GETFL, 0)
		say("fd %d %s %#x %v", i, link, flags&unix.O_ACCMODE, err)
	}
	entries, _ := os.ReadDir("/proc/self/fd")
	var inherited []string
	for _, entry := range entries {
		var fd int
		_, _ = fmt.Sscan(entry.Name(), &fd)
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && fd > 2 && flags&unix.FD_CLOEXEC == 0 {
			inherited = append(inherited, entry.Name())
		}
	}
	say("inherited by programs %v", inherited)
	say("threads %d", runtime.GOMAXPROCS(0))
	env := slices.DeleteFunc(os.Environ(), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return !strings.Contains(name, "DAEMON") && name != "GOMAXPROCS" || strings.HasPrefix(name, "DAEMONIZE_TEST_")
	})
	slices.Sort(env)
	say("variables %q", env)
	return b.String()
}

// beCaller starts a daemon and prints the result.
func beCaller(role string) {
	o := Options{}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	warn := func(text string) { fmt.Printf("warning %q\n", text) }
	switch role {
	case "runtime":
		o.Runtime = []string{"GOMAXPROCS=1"}
	case "dir":
		o.Dir = "/usr"
	case "streams":
		o.Streams = [3]*os.File{os.Stdin, os.Stdout, os.Stderr}
	case "crossed streams":
		o.Streams = [3]*os.File{nil, os.Stderr, os.Stdout}
	case "interrupt":
		warn = func(text string) { cancel(errors.New("interrupted")) }
	case "lost directory":
		dir, _ := os.Getwd()
		_ = os.Remove(dir)
	case "many files": // the daemon must not inherit them
		for range 100 {
			fd, _ := unix.Open("/dev/null", unix.O_RDONLY, 0)
			if fd < 0 {
				fmt.Println("cannot open /dev/null")
			}
		}
	case "marked":
		if caller, err := FromCaller(); caller != nil || err != nil {
			fmt.Println("taken for a daemon", caller, err)
		}
	}
	if role == "parent" {
		child := exec.Command("setsid", "sleep", "1000")
		if err := child.Start(); err != nil {
			fmt.Println(err)
		}
		defer func() {
			fmt.Println("own child:", child.Process.Signal(syscall.Signal(0)))
			_ = child.Process.Kill()
			_, err := child.Process.Wait()
			fmt.Println(err)
		}()
	}
	if os.Getenv(asProgram) != "" {
		path, _ := os.Executable()
		o.Program = &Program{Path: path, Args: os.Args, Env: os.Environ()}
	}
	if role == "many at once" {
		startMany(o)
	}
	d, err := Start(o)
	if err != nil {
		fmt.Println("start:", err)
		return
	}
	fmt.Println("pid", d.PID())
	if role == "leave" {
		return
	}
	err = d.Wait(ctx, warn)
	var failed *FailedError
	if errors.As(err, &failed) {
		fmt.Printf("failed %d %q\n", failed.Code, failed.Text)
	} else {
		fmt.Printf("error %v\n", err)
	}
}

// startMany starts daemons at the same time, of which each second dies at once. If a
// daemon had a descriptor of another, the caller of that one would see no end of file.
func startMany(o Options) {
	var wait sync.WaitGroup
	for i := range 10 {
		wait.Go(func() {
			o, program := o, *o.Program
			program.Env = append([]string{daemonAct + "=" + []string{"ready", "be killed"}[i%2]}, program.Env...)
			o.Program = &program
			d, err := Start(o)
			if err != nil {
				fmt.Println("start:", err)
				return
			}
			err = d.Wait(context.Background(), func(text string) { fmt.Println("warning", text) })
			if died := i%2 == 1; (err != nil) != died || d.Died() != died {
				fmt.Println("daemon", i, err)
			}
		})
	}
	wait.Wait()
}

// patience is how long a test waits for an event.
const patience = time.Minute

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// resolved returns a directory of the test without symbolic links.
func resolved(t testing.TB, dir string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(dir)
	check(t, err)
	return dir
}

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// watching is a svctl status --watch on a terminal of its own.
type watching struct {
	t                *testing.T
	cmd              *exec.Cmd
	terminal, master *os.File
	before           unix.Termios

	mu     sync.Mutex
	text   bytes.Buffer
	gotten *sync.Cond
}

func startWatching(t *testing.T, conf string, env ...string) *watching {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := &watching{t: t}
	w.gotten = sync.NewCond(&w.mu)
	w.terminal, w.master = openSized(t, 80)
	before, err := unix.IoctlGetTermios(int(w.terminal.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	w.before = *before
	w.cmd = &exec.Cmd{
		Path: self, Args: []string{"svctl", "--conf", conf, "status", "--watch=0.1"},
		Env:   append(append(testEnv(), "TERM=xterm", "NO_COLOR=1"), env...),
		Stdin: w.terminal, Stdout: w.terminal, Stderr: w.terminal,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true, Setctty: true},
	}
	// Under nohup(1) the test ignores SIGHUP. A child gets the default of a signal that its
	// parent handles.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = w.cmd.Process.Kill()
		_ = w.cmd.Wait()
	})
	go w.read()
	return w
}

func (w *watching) read() {
	buf := make([]byte, 4096)
	for {
		n, err := w.master.Read(buf)
		w.mu.Lock()
		w.text.Write(buf[:n])
		w.gotten.Broadcast()
		w.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// until waits for a text on the terminal, after what was waited for before.
func (w *watching) until(want string) {
	w.t.Helper()
	late := false
	timer := time.AfterFunc(time.Minute, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		late = true
		w.gotten.Broadcast()
	})
	defer timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		if i := strings.Index(w.text.String(), want); i >= 0 {
			w.text.Next(i + len(want))
			return
		}
		if late {
			text := w.text.String()
			w.t.Fatalf("the terminal does not show %q: %q", want, text[max(0, len(text)-2000):])
		}
		w.gotten.Wait()
	}
}

func (w *watching) press(keys string) {
	w.t.Helper()
	if _, err := w.master.WriteString(keys); err != nil {
		w.t.Fatal(err)
	}
}

// ends waits for the end, and checks that the terminal is as before.
func (w *watching) ends(code int) {
	w.t.Helper()
	err := w.cmd.Wait()
	if got := exitCodeOf(err); got != code {
		w.t.Errorf("the exit status is %d, want %d", got, code)
	}
	after, err := unix.IoctlGetTermios(int(w.terminal.Fd()), unix.TCGETS)
	if err != nil || *after != w.before {
		w.t.Errorf("the terminal is %+v, %v; want %+v", after, err, w.before)
	}
}

func exitCodeOf(err error) int {
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		if e.ExitCode() < 0 {
			return 128 + int(e.Sys().(syscall.WaitStatus).Signal())
		}
		return e.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

const (
	entered = "\x1b[?1049h\x1b[?25l\x1b[?7l"
	left    = "\x1b[?7h\x1b[?25h\x1b[?1049l"
)

func conf3(t *testing.T) string {
	_, conf := writeConf(t, inState("up", 0, "running")+inState("down", 3, "running")+entry("hangs", "start = x\nstatus = /bin/sleep 1000"))
	return conf
}

// TestWatchTerminal quits, is resized, and restores the terminal, while a command hangs.
func TestWatchTerminal(t *testing.T) {
	t.Parallel()
	w := startWatching(t, conf3(t))
	w.until(entered)
	w.until("3 services, 1 not as expected: 1 running, 1 not running, 1 asking")
	w.until("! down")
	if err := unix.IoctlSetWinsize(int(w.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 5, Col: 30}); err != nil {
		t.Fatal(err)
	}
	w.until("… and 1 more")
	w.press("G")
	w.until("more above")
	w.press("q")
	w.until(left)
	w.ends(0)
}

func TestWatchTerminalInterrupted(t *testing.T) {
	t.Parallel()
	conf := conf3(t)
	for name, test := range map[string]struct {
		do   func(w *watching)
		code int
	}{
		"Ctrl-C":  {func(w *watching) { w.press("\x03") }, 0},
		"SIGTERM": {func(w *watching) { _ = w.cmd.Process.Signal(syscall.SIGTERM) }, 143},
		"SIGINT":  {func(w *watching) { _ = w.cmd.Process.Signal(syscall.SIGINT) }, 130},
		"SIGHUP":  {func(w *watching) { _ = w.cmd.Process.Signal(syscall.SIGHUP) }, 129},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := startWatching(t, conf)
			w.until("1 asking")
			test.do(w)
			w.until(left)
			w.ends(test.code)
		})
	}
}

// TestWatchTerminalStopped gives the terminal back while it is stopped. The session has no
// shell, so that only SIGSTOP stops it.
func TestWatchTerminalStopped(t *testing.T) {
	t.Parallel()
	w := startWatching(t, conf3(t))
	w.until("1 asking")
	w.press("\x1a") // the kernel does not stop a job that no shell could continue
	w.until(left)
	w.until(entered)
	w.until("1 asking")
	for _, s := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGCONT} {
		if err := w.cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	w.until(entered)
	w.until("1 asking")
	w.press("q")
	w.until(left)
	w.ends(0)
}

// TestWatchTerminalGone ends when the terminal does.
func TestWatchTerminalGone(t *testing.T) {
	t.Parallel()
	w := startWatching(t, conf3(t))
	w.until("1 asking")
	w.terminal.Close()
	w.master.Close()
	if code := exitCodeOf(w.cmd.Wait()); code != 129 {
		t.Errorf("the exit status is %d", code)
	}
}

// TestWatchTerminalDumb prints tables one below the other.
func TestWatchTerminalDumb(t *testing.T) {
	t.Parallel()
	w := startWatching(t, conf3(t), "TERM=dumb")
	w.until("hangs")
	w.until("\r\n\r\n  SERVICE  STATE")
	if err := w.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	w.ends(143)
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.Contains(w.text.String(), "\x1b") {
		t.Errorf("there are control characters: %q", w.text.String())
	}
}

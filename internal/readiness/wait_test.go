package readiness_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/readiness"
)

// role makes the test binary a process that runs until its standard input is
// closed.
const role = "READINESS_TEST_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(role) != "" {
		_, _ = io.Copy(io.Discard, os.Stdin)
		return
	}
	goleak.VerifyTestMain(m)
}

// patience limits the wait for an event that must happen.
const patience = time.Minute

var errEnough = errors.New("enough")

// over is a context that is done, so that a wait checks only once.
func over(t *testing.T) context.Context {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errEnough)
	return ctx
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWaitAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := readiness.Method{Kind: readiness.Alive, After: 5 * time.Second}
		begin := time.Now()
		if err := m.Wait(t.Context(), 0, nil); err != nil || time.Since(begin) != m.After {
			t.Errorf("%v after %s", err, time.Since(begin))
		}
		begin = time.Now()
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errEnough)
		defer cancel()
		if err := m.Wait(ctx, 0, nil); !errors.Is(err, errEnough) || time.Since(begin) != time.Second {
			t.Errorf("%v after %s", err, time.Since(begin))
		}
	})
}

func TestWaitOfKindsThatAreNotWaitedFor(t *testing.T) {
	t.Parallel()
	for _, kind := range []readiness.Kind{readiness.Exec, readiness.Notify} {
		m := readiness.Method{Kind: kind}
		if err := errors.Join(m.Check(t.Context()), m.Wait(t.Context(), 0, nil)); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestWaitFD(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		close      bool
		ctx        context.Context
		want       error
	}{
		{"a newline", "\n", false, within(t), nil},
		{"a newline behind words", "I am ready\n", false, within(t), nil},
		{"a newline among words", "ready\nand more", false, within(t), nil},
		{"a newline and end of file", "\n", true, within(t), nil},
		{"the end", "", true, within(t), readiness.ErrClosed},
		{"words and end of file", "almost", true, within(t), readiness.ErrClosed},
		{"nothing", "", false, over(t), errEnough},
		{"a newline that arrived in time", "ready\n", false, over(t), nil},
		{"words", "almost", false, over(t), errEnough},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			reader, writer, err := os.Pipe()
			check(t, err)
			defer reader.Close()
			defer writer.Close()
			_, err = writer.WriteString(test.text)
			check(t, err)
			if test.close {
				writer.Close()
			}
			m := readiness.Method{Kind: readiness.FD, FD: 3}
			if err := m.Wait(test.ctx, 0, reader); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
			if _, err := writer.WriteString("more"); test.want == nil && !test.close && !errors.Is(err, unix.EPIPE) {
				t.Errorf("more than a newline: %v", err)
			}
		})
	}
}

func TestWaitPIDFile(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	check(t, err)
	child := exec.Command(self)
	child.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", role+"=wait")
	stdin, err := child.StdinPipe()
	check(t, err)
	check(t, child.Start())
	t.Cleanup(func() {
		stdin.Close()
		_ = child.Wait()
	})
	const program = 4194304 // no process has this pid
	tests := []struct {
		name, text string
		ready      bool
	}{
		{"the program", fmt.Sprintf("%d\n", program), true},
		{"the program with blanks", fmt.Sprintf(" %d ", program), true},
		{"a descendant of ours", fmt.Sprint(child.Process.Pid), true},
		{"ourselves", fmt.Sprint(os.Getpid()), false},
		{"another process", "1\n", false},
		{"empty", "", false},
		{"garbage", "ready", false},
		{"too long", fmt.Sprintf("%d%*s", program, 64, "ready"), false},
		{"two numbers", fmt.Sprintf("%d %d", program, program), false},
	}
	for _, test := range tests {
		path := filepath.Join(t.TempDir(), "x.pid")
		check(t, os.WriteFile(path, []byte(test.text), 0o644))
		m := readiness.Method{Kind: readiness.PIDFile, Path: path}
		check(t, m.Check(t.Context()))
		err := m.Wait(over(t), program, nil)
		if test.ready && err != nil || !test.ready && !errors.Is(err, errEnough) {
			t.Errorf("%s: %v, want ready %v", test.name, err, test.ready)
		}
	}
}

// A file without an end, or a FIFO without a writer, is not a pid file.
func TestWaitPIDFileThatIsNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	check(t, syscall.Mkfifo(fifo, 0o644))
	writer, err := os.OpenFile(fifo, os.O_RDWR, 0)
	check(t, err)
	defer writer.Close()
	for _, path := range []string{"/dev/zero", dir, fifo} {
		m := readiness.Method{Kind: readiness.PIDFile, Path: path}
		if err := m.Wait(over(t), 42, nil); !errors.Is(err, errEnough) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A file that is created later is noticed, too.
func TestWaitPIDFileThatIsNotThereYet(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.pid")
	m := readiness.Method{Kind: readiness.PIDFile, Path: path}
	if err := m.Wait(over(t), 42, nil); !errors.Is(err, errEnough) {
		t.Errorf("without a file: %v", err)
	}
	go func() {
		if err := os.WriteFile(path, []byte("42\n"), 0o644); err != nil {
			t.Error(err)
		}
	}()
	if err := m.Wait(within(t), 42, nil); err != nil {
		t.Errorf("with a file: %v", err)
	}
}

// The test owns the port all the time: the port is bound first, and does not accept
// before it listens.
func TestTCP(t *testing.T) {
	t.Parallel()
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	check(t, err)
	defer unix.Close(socket)
	check(t, unix.Bind(socket, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	name, err := unix.Getsockname(socket)
	check(t, err)
	m, err := readiness.Parse(fmt.Sprintf("tcp:127.0.0.1:%d", name.(*unix.SockaddrInet4).Port))
	check(t, err)

	check(t, m.Check(within(t)))
	if err := m.Wait(over(t), 0, nil); !errors.Is(err, errEnough) {
		t.Errorf("a port that does not answer: %v", err)
	}

	check(t, unix.Listen(socket, 8))
	want := fmt.Sprintf("cannot wait for %q: another program answers there already", m)
	if err := m.Check(within(t)); !errors.Is(err, readiness.ErrTaken) || err.Error() != want {
		t.Errorf("before the start: %v; want %s", err, want)
	}
	if err := m.Wait(within(t), 0, nil); err != nil {
		t.Errorf("a port that answers: %v", err)
	}
}

// One more check at the deadline.
func TestReached(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pid")
	check(t, os.WriteFile(path, []byte("4711\n"), 0o600))
	server, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer server.Close()
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	check(t, err)
	defer unix.Close(socket)
	check(t, unix.Bind(socket, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	name, err := unix.Getsockname(socket)
	check(t, err)
	silent := fmt.Sprintf("127.0.0.1:%d", name.(*unix.SockaddrInet4).Port) // does not listen
	refused := fmt.Sprintf(": dial tcp %s: connect: connection refused", silent)
	for _, test := range []struct {
		method  readiness.Method
		program int
		lasted  time.Duration
		ready   bool
		why     string
	}{
		{readiness.Method{Kind: readiness.Alive, After: time.Second}, 1, time.Second, true, ""},
		{readiness.Method{Kind: readiness.Alive, After: time.Second}, 1, time.Second - 1, false, ""},
		{readiness.Method{Kind: readiness.PIDFile, Path: path}, 4711, 0, true, ""},
		{readiness.Method{Kind: readiness.PIDFile, Path: path + "x"}, 4711, 0, false, ""},
		{readiness.Method{Kind: readiness.TCP, Address: server.Addr().String()}, 1, 0, true, ""},
		{readiness.Method{Kind: readiness.TCP, Address: silent}, 1, 0, false, refused},
		{readiness.Method{Kind: readiness.Notify}, 1, time.Hour, false, ""},
		{readiness.Method{Kind: readiness.FD, FD: 3}, 1, time.Hour, false, ""},
	} {
		ready, why := test.method.Reached(within(t), test.program, test.lasted)
		if ready != test.ready || why != test.why {
			t.Errorf("%s: %v, %q; want %v, %q", test.method, ready, why, test.ready, test.why)
		}
	}
}

//go:build linux

package sdnotify_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/sdnotify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience limits the wait for an event that must happen.
const patience = time.Minute

const nobody = 65534

func listen(t *testing.T, o sdnotify.Options) *sdnotify.Socket {
	t.Helper()
	s, err := sdnotify.Listen(o)
	check(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// send sends a datagram like a program, together with other control messages.
func send(t *testing.T, s *sdnotify.Socket, text string, oob ...byte) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	check(t, err)
	defer unix.Close(fd)
	check(t, unix.Sendmsg(fd, []byte(text), oob, &unix.SockaddrUnix{Name: s.Name()}, 0))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, s *sdnotify.Socket, want sdnotify.Message) {
	t.Helper()
	got, err := s.Receive()
	if err != nil || got != want {
		t.Fatalf("received %+v, %v; want %+v", got, err, want)
	}
}

func TestReceive(t *testing.T) {
	t.Parallel()
	s := listen(t, sdnotify.Options{UID: os.Getuid()})
	if !filepath.IsAbs(s.Name()) {
		t.Errorf("the socket %q is no absolute path", s.Name())
	}
	if other := listen(t, sdnotify.Options{UID: os.Getuid()}); other.Name() == s.Name() {
		t.Errorf("two sockets have the name %q", s.Name())
	}
	send(t, s, "READY=1\nSTATUS=up")
	send(t, s, "")
	send(t, s, "STATUS="+strings.Repeat("x", 5000))
	send(t, s, "WATCHDOG=1")
	receive(t, s, sdnotify.Message{Ready: true, Status: "up"})
	receive(t, s, sdnotify.Message{})
	receive(t, s, sdnotify.Message{Status: strings.Repeat("x", 4096-len("STATUS="))})
	receive(t, s, sdnotify.Message{Watchdog: true})
}

// Messages that are in the socket are received without waiting. Messages of other senders
// are skipped.
func TestTryReceive(t *testing.T) {
	t.Parallel()
	s := listen(t, sdnotify.Options{UID: os.Getuid()})
	want := func(m sdnotify.Message, found bool) {
		t.Helper()
		if got, more, err := s.TryReceive(); got != m || more != found || err != nil {
			t.Errorf("received %+v, %v, %v; want %+v, %v", got, more, err, m, found)
		}
	}
	want(sdnotify.Message{}, false)
	send(t, s, "READY=1")
	send(t, s, "WATCHDOG=1")
	want(sdnotify.Message{Ready: true}, true)
	want(sdnotify.Message{Watchdog: true}, true)
	want(sdnotify.Message{}, false)
	check(t, s.Close())
	if _, found, err := s.TryReceive(); found || err == nil {
		t.Errorf("a closed socket gave %v, %v", found, err)
	}
}

// Wait returns for each message that is not received yet, and after Close.
func TestWait(t *testing.T) {
	t.Parallel()
	s := listen(t, sdnotify.Options{UID: os.Getuid()})
	waited := make(chan error)
	go func() {
		for {
			err := s.Wait()
			waited <- err
			if err != nil {
				return
			}
		}
	}()
	for range 100 {
		send(t, s, "WATCHDOG=1")
		for {
			check(t, <-waited)
			if _, found, err := s.TryReceive(); found || err != nil {
				check(t, err)
				break
			}
		}
	}
	check(t, s.Close())
	for err := range waited {
		if err != nil {
			break
		}
	}
}

// Root may send credentials of another process; the kernel checks those of
// other users.
func from(uid int) []byte {
	return unix.UnixCredentials(&unix.Ucred{Pid: int32(os.Getpid()), Uid: uint32(uid), Gid: uint32(uid)})
}

func TestReceiveFromExpectedUsersOnly(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		leaveOut(t, "only root can send for another user")
	}
	s := listen(t, sdnotify.Options{UID: nobody})
	send(t, s, "STATUS=of a stranger", from(12345)...)
	send(t, s, "STATUS=of the user", from(nobody)...)
	send(t, s, "STATUS=of another stranger", from(1)...)
	send(t, s, "STATUS=of root")
	receive(t, s, sdnotify.Message{Status: "of the user"})
	receive(t, s, sdnotify.Message{Status: "of root"})
}

// A message of another user is accepted if the caller trusts its sender.
func TestReceiveFromTrusted(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		leaveOut(t, "only root can send for another user")
	}
	var asked []sdnotify.Sender
	s := listen(t, sdnotify.Options{Trusted: func(from sdnotify.Sender) bool {
		asked = append(asked, from)
		return from.UID == nobody
	}})
	send(t, s, "STATUS=of a stranger", from(12345)...)
	send(t, s, "STATUS=of root")
	send(t, s, "STATUS=of a descendant", from(nobody)...)
	receive(t, s, sdnotify.Message{Status: "of root"})
	receive(t, s, sdnotify.Message{Status: "of a descendant"})
	if want := []sdnotify.Sender{{PID: os.Getpid(), UID: 12345}, {PID: os.Getpid(), UID: nobody}}; !slices.Equal(asked, want) {
		t.Errorf("asked about %v, want %v", asked, want)
	}
}

// A sender may pass open files, to exhaust the descriptors of the receiver. All of them
// are closed, for any sender.
func TestReceiveClosesPassedDescriptors(t *testing.T) {
	t.Parallel()
	for _, many := range []int{1, 40, 250} {
		s := listen(t, sdnotify.Options{UID: os.Getuid()})
		reader, writer, err := os.Pipe()
		check(t, err)
		defer reader.Close()
		fds := make([]int, many)
		for i := range fds {
			fds[i] = int(writer.Fd())
		}
		if os.Getuid() == 0 {
			send(t, s, "STATUS=of a stranger", append(from(12345), unix.UnixRights(fds...)...)...)
		}
		send(t, s, "READY=1", unix.UnixRights(fds...)...)
		check(t, writer.Close())
		receive(t, s, sdnotify.Message{Ready: true})
		check(t, reader.SetReadDeadline(time.Now().Add(patience)))
		if _, err := reader.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("%d descriptors: the pipe is still open: %v", many, err)
		}
	}
}

// A descriptor that a sender passed is open while the message is judged: with
// sd_notify_barrier(3), the sender lives until it is closed.
func TestReceiveJudgesBeforeItClosesDescriptors(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		leaveOut(t, "only root can send for another user")
	}
	var pipe [2]int
	check(t, unix.Pipe2(pipe[:], unix.O_CLOEXEC|unix.O_NONBLOCK))
	defer unix.Close(pipe[0])
	read := func() (int, error) { return unix.Read(pipe[0], make([]byte, 1)) }
	var judged error
	s := listen(t, sdnotify.Options{UID: nobody, Trusted: func(sdnotify.Sender) bool {
		_, judged = read()
		return false
	}})
	send(t, s, "BARRIER=1", append(from(12345), unix.UnixRights(pipe[1])...)...)
	check(t, unix.Close(pipe[1]))
	if _, found, err := s.TryReceive(); found || err != nil {
		t.Errorf("received %v, %v", found, err)
	}
	if !errors.Is(judged, unix.EAGAIN) {
		t.Errorf("the pipe was closed before: %v", judged)
	}
	if n, err := read(); n != 0 || err != nil {
		t.Errorf("the pipe is still open: %d, %v", n, err)
	}
}

func TestCloseEndsReceive(t *testing.T) {
	t.Parallel()
	s := listen(t, sdnotify.Options{UID: os.Getuid()})
	ended := make(chan error)
	go func() {
		_, err := s.Receive()
		ended <- err
	}()
	check(t, s.Close())
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a closed socket has received a message")
		}
	case <-time.After(patience):
		t.Fatal("still receiving")
	}
	if _, err := s.Receive(); err == nil {
		t.Error("a closed socket has received a message")
	}
	if err := s.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("closing twice: %v", err)
	}
}

// leaveOut skips a test that cannot run on this machine. In CI it fails.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("must not be skipped in CI: %s", why)
	}
	t.Skip(why)
}

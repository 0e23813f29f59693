package sdnotify

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Options select the messages that a socket accepts.
type Options struct {
	// UID is the user that the program is started as. With 0, every process
	// that knows the name of the socket can send to it.
	UID int
	// Root is the root directory of the program, see chroot(2). It is empty for
	// the root directory of the caller. The name of the socket is relative to
	// it.
	Root string
	// Trusted decides whether to accept a message from a user other than root
	// and UID. It is called before the next message is received. If it is nil,
	// such messages are dropped.
	Trusted func(Sender) bool
	// Sweep makes Listen remove the sockets of killed processes of this user,
	// in the directory in which it creates its own.
	Sweep bool
}

// Sender is the process that sent a message, as reported by the kernel. The PID
// is 0 if the process is not visible in the PID namespace of the caller.
type Sender struct{ PID, UID int }

// Socket receives the messages of a program and its helpers.
type Socket struct {
	place *place
	file  *os.File
	o     Options
}

// Listen creates a socket in a directory of its own.
func Listen(o Options) (*Socket, error) {
	s, err := listen(o)
	if err != nil {
		return nil, fmt.Errorf("cannot listen for notifications: %w", err)
	}
	return s, nil
}

func listen(o Options) (*Socket, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	s := &Socket{file: os.NewFile(uintptr(fd), "notify"), o: o}
	if err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PASSCRED, 1); err == nil {
		s.place, err = newPlace(o)
	}
	if err == nil {
		if err = s.place.bind(fd, o.UID); err != nil {
			s.place.remove()
		}
	}
	if err != nil {
		s.file.Close()
		return nil, err
	}
	return s, nil
}

// Name returns the value of NOTIFY_SOCKET. Only the program may know it.
func (s *Socket) Name() string { return s.place.socketName() }

// Close makes a pending [Socket.Receive] return, and removes the socket.
func (s *Socket) Close() error {
	err := s.file.Close()
	if err == nil {
		s.place.remove()
	}
	return err
}

// Receive waits for the next message from an accepted sender, and drops other
// messages. After Close it returns an error.
func (s *Socket) Receive() (Message, error) {
	conn, err := s.file.SyscallConn()
	if err != nil {
		return Message{}, err
	}
	data := make([]byte, 4096)
	oob := make([]byte, 256)
	for {
		var n, oobn int
		var received error
		err := conn.Read(func(fd uintptr) bool {
			n, oobn, _, _, received = unix.Recvmsg(int(fd), data, oob, unix.MSG_CMSG_CLOEXEC)
			return received != unix.EAGAIN && received != unix.EINTR
		})
		if err := errors.Join(err, received); err != nil {
			return Message{}, err
		}
		if s.accepts(oob[:oobn]) {
			return Parse(string(data[:n])), nil
		}
	}
}

// mostAtOnce is how many datagrams one call of TryReceive reads. It is more than a
// socket queues by default (net.unix.max_dgram_qlen), so a flood of dropped
// messages cannot delay the caller.
const mostAtOnce = 1024

// TryReceive returns the next accepted message that is already in the socket, and false
// if there is none. It never blocks. A process that waits for other events too calls it
// until it returns false, before it acts on a timer: then a message that was sent in time
// is received in time. Do not use it together with
// [Socket.Receive].
func (s *Socket) TryReceive() (m Message, found bool, err error) {
	conn, err := s.file.SyscallConn()
	if err != nil {
		return Message{}, false, err
	}
	data := make([]byte, 4096)
	oob := make([]byte, 256)
	for range mostAtOnce {
		var n, oobn int
		received := error(unix.EINTR)
		err := conn.Control(func(fd uintptr) {
			for errors.Is(received, unix.EINTR) {
				n, oobn, _, _, received = unix.Recvmsg(int(fd), data, oob, unix.MSG_CMSG_CLOEXEC|unix.MSG_DONTWAIT)
			}
		})
		if errors.Is(received, unix.EAGAIN) {
			break
		}
		if err := errors.Join(err, received); err != nil {
			return Message{}, false, err
		}
		if s.accepts(oob[:oobn]) {
			return Parse(string(data[:n])), true, nil
		}
	}
	return Message{}, false, nil
}

// Wait blocks until a datagram is in the socket, and returns an error once the
// socket is closed. [Socket.TryReceive] reads it.
func (s *Socket) Wait() error {
	conn, err := s.file.SyscallConn()
	if err != nil {
		return err
	}
	return conn.Read(func(fd uintptr) bool {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, 0)
		return n > 0 || err != nil && err != unix.EINTR
	})
}

// accepts decides whether a message with these control messages counts. It closes all
// file descriptors that a sender passed, and only after the decision: a sender that passed
// one with BARRIER=1 (sd_notify_barrier(3)) exits when it is closed, and [Options.Trusted]
// may know less of a process that has exited.
func (s *Socket) accepts(oob []byte) bool {
	from, known, passed := sender(oob)
	defer func() {
		for _, fd := range passed {
			unix.Close(fd)
		}
	}()
	return known && s.counts(from)
}

func (s *Socket) counts(from Sender) bool {
	return from.UID == 0 || from.UID == s.o.UID || s.o.Trusted != nil && s.o.Trusted(from)
}

// sender returns the credentials of a message, and the file descriptors that the sender
// passed with it.
func sender(oob []byte) (from Sender, known bool, passed []int) {
	parts, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return from, false, nil
	}
	for _, part := range parts {
		if cred, err := unix.ParseUnixCredentials(&part); err == nil {
			from, known = Sender{int(cred.Pid), int(cred.Uid)}, true
		}
		if fds, err := unix.ParseUnixRights(&part); err == nil {
			passed = append(passed, fds...)
		}
	}
	return from, known, passed
}

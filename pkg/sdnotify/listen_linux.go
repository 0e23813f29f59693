package sdnotify

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// Socket receives the messages of a program and its helpers.
type Socket struct {
	name string
	file *os.File
	uids []uint32
}

// Listen makes a socket for messages from root and the given users.
func Listen(uids ...int) (*Socket, error) {
	s, err := listen(uids)
	if err != nil {
		return nil, fmt.Errorf("cannot listen for notifications: %w", err)
	}
	return s, nil
}

func listen(uids []int) (*Socket, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	s := &Socket{file: os.NewFile(uintptr(fd), "notify"), uids: []uint32{0}}
	for _, uid := range uids {
		s.uids = append(s.uids, uint32(uid))
	}
	if s.name, err = bindAnywhere(fd); err != nil {
		s.file.Close()
		return nil, err
	}
	return s, nil
}

// bindAnywhere has the kernel choose an abstract name that is free (unix(7),
// "Autobind feature").
func bindAnywhere(fd int) (name string, err error) {
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PASSCRED, 1); err != nil {
		return "", err
	}
	if err := unix.Bind(fd, &unix.SockaddrUnix{}); err != nil {
		return "", err
	}
	address, err := unix.Getsockname(fd)
	if err != nil {
		return "", err
	}
	return address.(*unix.SockaddrUnix).Name, nil
}

// Name is the value for NOTIFY_SOCKET.
func (s *Socket) Name() string { return s.name }

// Close ends a pending [Socket.Receive].
func (s *Socket) Close() error { return s.file.Close() }

// Receive waits for the next message of an expected user. Messages of others
// are passed over. After Close it returns an error.
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
		if s.expected(oob[:oobn]) {
			return Parse(string(data[:n])), nil
		}
	}
}

// expected looks at the credentials that came with a message, and closes what
// else came: a sender may pass descriptors.
func (s *Socket) expected(oob []byte) bool {
	parts, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return false
	}
	known := false
	for _, part := range parts {
		if cred, err := unix.ParseUnixCredentials(&part); err == nil {
			known = slices.Contains(s.uids, cred.Uid)
		}
		if fds, err := unix.ParseUnixRights(&part); err == nil {
			for _, fd := range fds {
				unix.Close(fd)
			}
		}
	}
	return known
}

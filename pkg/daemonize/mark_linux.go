package daemonize

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// markName is the variable that passes settings to the daemon. libraryMark is the
// variable of go-daemon, which accepts it without a check.
const (
	markName    = "_DAEMONIZE"
	libraryMark = "_GO_DAEMON"
	savedPrefix = "_DAEMONIZE_SAVED_"
)

// protocol is the number of what the two processes tell each other: the fields of the
// mark behind the pipe, and the messages. The fields up to the pipe never change, so
// that a daemon of another build recognizes its mark, and reports that it is
// [ErrUnlike].
const protocol = "1"

// firstFDs are the numbers from which on the descriptors for the daemon are
// placed: above the five that go-daemon uses and those that the start needs. The
// second number is for a low limit of open files.
var firstFDs = [...]int{64, 16}

// mark is what the caller passes to the daemon in its environment.
type mark struct {
	unlike  bool     // it was made by another build, whose other fields mean nothing here
	Inode   uint64   // of the pipe
	Pipe    int      // its descriptor
	Streams [3]int   // descriptors for 0, 1 and 2, or -1
	Hidden  []string // variables of the caller that Options.Runtime replaces
	Dir     string   // the caller's directory, empty if it was removed
}

// String returns the fields separated by blanks, the directory last and
// unchanged. (Parsing JSON would take a tenth of the start time of a daemon.)
func (m mark) String() string {
	return fmt.Sprint(protocol+" ", m.Inode, m.Pipe, m.Streams[0], m.Streams[1], m.Streams[2]) + " " + strings.Join(m.Hidden, ",") + " " + m.Dir
}

func parseMark(text string) (m mark, ok bool) {
	version, text, _ := strings.Cut(text, " ")
	m.unlike = version != protocol
	fields := strings.SplitN(text, " ", 7)
	if len(fields) < 2 || len(fields) != 7 && !m.unlike {
		return m, false
	}
	var err error
	if m.Inode, err = strconv.ParseUint(fields[0], 10, 64); err != nil {
		return m, false
	}
	if m.unlike {
		m.Pipe, err = strconv.Atoi(fields[1])
		return m, err == nil
	}
	for i, to := range []*int{&m.Pipe, &m.Streams[0], &m.Streams[1], &m.Streams[2]} {
		if *to, err = strconv.Atoi(fields[i+1]); err != nil {
			return m, false
		}
	}
	if fields[5] != "" {
		m.Hidden = strings.Split(fields[5], ",")
	}
	m.Dir = fields[6]
	return m, true
}

// genuine reports whether the mark was made for this process: its descriptor is
// the pipe with that inode, and standard input is a pipe, as go-daemon leaves it.
// An inherited mark is not genuine.
func (m mark) genuine() (bool, error) {
	inode, isPipe, err := pipeInode(m.Pipe)
	_, stdinIsPipe, e := pipeInode(0)
	return isPipe && inode == m.Inode && stdinIsPipe, errors.Join(err, e)
}

// pipeInode fails only if a descriptor exists and fstat(2) fails.
func pipeInode(fd int) (inode uint64, isPipe bool, err error) {
	var st unix.Stat_t
	switch err := unix.Fstat(fd, &st); err {
	case nil:
		return st.Ino, st.Mode&unix.S_IFMT == unix.S_IFIFO, nil
	case unix.EBADF:
		return 0, false, nil
	default:
		return 0, false, fmt.Errorf("cannot examine descriptor %d: %w", fd, err)
	}
}

// handDown duplicates an open file to a descriptor that the daemon inherits.
func handDown(f *os.File) (int, error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return -1, err
	}
	fd := -1
	e := conn.Control(func(from uintptr) {
		for _, first := range firstFDs {
			fd, err = unix.FcntlInt(from, unix.F_DUPFD, first)
			if !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.EMFILE) { // the limit is lower
				return
			}
		}
	})
	if e == nil && errors.Is(err, unix.EINVAL) {
		e = unix.EMFILE
	}
	return fd, cmp.Or(e, err)
}

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

// markName is the variable that tells a daemon what it was given, and
// libraryMark the one of go-daemon, which believes it without a question.
const (
	markName    = "_DAEMONIZE"
	libraryMark = "_GO_DAEMON"
	savedPrefix = "_DAEMONIZE_SAVED_"
)

// firstFDs are from where on the descriptors for the daemon are put: out of the
// way of the five that go-daemon fills and of those that the start needs, the
// second one where few may be open.
var firstFDs = [...]int{64, 16}

// mark is what the caller hands to the daemon in its environment.
type mark struct {
	Inode   uint64   // of the pipe
	Pipe    int      // its descriptor
	Streams [3]int   // descriptors for 0, 1 and 2, or -1
	Hidden  []string // variables of the caller that Options.Runtime has replaced
	Dir     string   // the caller's directory, empty when it has none
}

// String returns the fields separated by blanks, the directory last, as it is.
// (In JSON, to read it would take a tenth of the time that a daemon has to start.)
func (m mark) String() string {
	return fmt.Sprint(m.Inode, m.Pipe, m.Streams[0], m.Streams[1], m.Streams[2]) + " " + strings.Join(m.Hidden, ",") + " " + m.Dir
}

func parseMark(text string) (m mark, ok bool) {
	fields := strings.SplitN(text, " ", 7)
	if len(fields) != 7 {
		return m, false
	}
	var err error
	if m.Inode, err = strconv.ParseUint(fields[0], 10, 64); err != nil {
		return m, false
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

// genuine reports whether this process is the one the mark was made for: its
// descriptor is the pipe of that inode, and standard input is a pipe, as
// go-daemon leaves it. A mark that came by inheritance is not.
func (m mark) genuine() (bool, error) {
	inode, isPipe, err := pipeInode(m.Pipe)
	_, stdinIsPipe, e := pipeInode(0)
	return isPipe && inode == m.Inode && stdinIsPipe, errors.Join(err, e)
}

// pipeInode fails only when there is a descriptor that cannot be looked at.
func pipeInode(fd int) (inode uint64, isPipe bool, err error) {
	var st unix.Stat_t
	switch err := unix.Fstat(fd, &st); err {
	case nil:
		return st.Ino, st.Mode&unix.S_IFMT == unix.S_IFIFO, nil
	case unix.EBADF:
		return 0, false, nil
	default:
		return 0, false, fmt.Errorf("cannot look at descriptor %d: %w", fd, err)
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
			if err != unix.EINVAL && err != unix.EMFILE { // the limit is lower
				return
			}
		}
	})
	if e == nil && err == unix.EINVAL {
		e = unix.EMFILE
	}
	return fd, cmp.Or(e, err)
}

package daemonize

import (
	"encoding/json"
	"os"

	"golang.org/x/sys/unix"
)

// markName is the variable that tells a daemon what it was given, and
// libraryMark the one of go-daemon, which believes it without a question.
const (
	markName    = "_DAEMONIZE"
	libraryMark = "_GO_DAEMON"
	savedPrefix = "_DAEMONIZE_SAVED_"
)

// firstFD is where the descriptors for the daemon are put: out of the way of
// the five that go-daemon fills.
const firstFD = 64

// mark is what the caller hands to the daemon in its environment.
type mark struct {
	Inode   uint64   // of the pipe
	Pipe    int      // its descriptor
	Streams [3]int   // descriptors for 0, 1 and 2, or -1
	Hidden  []string // variables of the caller that Options.Runtime has replaced
	Dir     string   // the caller's directory, "" when it has none
}

func (m mark) String() string {
	text, _ := json.Marshal(m) // numbers and strings cannot fail
	return string(text)
}

func parseMark(text string) (m mark, ok bool) {
	return m, json.Unmarshal([]byte(text), &m) == nil
}

// genuine reports whether this process is the one the mark was made for: its
// descriptor is the pipe of that inode, and standard input is a pipe, as
// go-daemon leaves it. A mark that came by inheritance is not.
func (m mark) genuine() bool {
	inode, isPipe := pipeInode(m.Pipe)
	_, stdinIsPipe := pipeInode(0)
	return isPipe && inode == m.Inode && stdinIsPipe
}

func pipeInode(fd int) (inode uint64, isPipe bool) {
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil {
		return 0, false
	}
	return st.Ino, st.Mode&unix.S_IFMT == unix.S_IFIFO
}

// handDown duplicates an open file to a descriptor that the daemon inherits.
func handDown(f *os.File) (int, error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return -1, err
	}
	fd := -1
	if e := conn.Control(func(from uintptr) { fd, err = unix.FcntlInt(from, unix.F_DUPFD, firstFD) }); e != nil {
		return -1, e
	}
	return fd, err
}

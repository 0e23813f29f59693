package pidfile

import (
	"errors"
	"fmt"
	"io"

	"golang.org/x/sys/unix"
)

// Another user controls the files of their processes: there may be a million of
// them, on a file system that never responds.

// maxOpenFiles is how many open files of another process are read, those with the
// lowest numbers. An instance has about a dozen.
const maxOpenFiles = 1024

// openFiles returns the paths of a process's open files: /proc/PID/fd/N.
func openFiles(pid int) ([]string, error) {
	dir, err := openUnpolled(fmt.Sprintf("/proc/%d/fd", pid), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(maxOpenFiles)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for i, name := range names {
		names[i] = dir.Name() + "/" + name
	}
	return names, nil
}

// inode identifies a file.
type inode struct {
	major, minor uint32
	number       uint64
}

// identify returns the inode of an entry of /proc/PID/fd, without querying a
// remote file system.
func identify(name string) (inode, error) {
	var st unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, name, unix.AT_STATX_DONT_SYNC, unix.STATX_INO, &st)
	return inode{st.Dev_major, st.Dev_minor, st.Ino}, err
}

// readSome reads the beginning of a file of /proc: the list of locks of a process
// may have any length.
func readSome(name string) (string, error) {
	f, err := openUnpolled(name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 64<<10))
	return string(text), err
}

package nowait

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Why a FIFO is not opened: to wait for the other end may take for ever.
var (
	ErrNoReader = errors.New("a FIFO that no process has open for reading")
	ErrNoWriter = errors.New("a FIFO that no process has open for writing")
)

// Append opens a file to append to, and makes it with mode 0640.
func Append(path string) (*Writer, error) {
	fd, err := open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_APPEND)
	if err != nil {
		return nil, err
	}
	return &Writer{receiver: receiver{fd: fd}, name: path}, nil
}

// Open opens a file to hand it to a program, which gets it without the flag that
// has kept the opening from waiting. Flags are those of [os.OpenFile].
func Open(path string, flags int) (*os.File, error) {
	fd, err := open(path, flags)
	if err == nil {
		if err = unix.SetNonblock(fd, false); err != nil {
			unix.Close(fd)
			err = &os.PathError{Op: "open", Path: path, Err: err}
		}
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), path), nil
}

// OpenToRead opens a file to read from it; a deadline for reading can be set if
// it is one that may have to be waited for.
func OpenToRead(path string) (*os.File, error) {
	fd, err := open(path, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), path), nil
}

// open opens a file without waiting, and without ever making a terminal that of
// the session.
func open(path string, flags int) (int, error) {
	fd, err := -1, error(unix.EINTR)
	for errors.Is(err, unix.EINTR) {
		fd, err = unix.Open(path, flags|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0o640)
	}
	switch {
	case errors.Is(err, unix.ENXIO) && isFIFO(func(st *unix.Stat_t) error { return unix.Stat(path, st) }):
		err = ErrNoReader
	case err == nil && flags&unix.O_ACCMODE == unix.O_RDONLY && isFIFO(func(st *unix.Stat_t) error { return unix.Fstat(fd, st) }):
		if err = written(fd); err != nil {
			unix.Close(fd)
		}
	}
	if err != nil {
		return -1, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return fd, nil
}

func isFIFO(look func(*unix.Stat_t) error) bool {
	var st unix.Stat_t
	return look(&st) == nil && st.Mode&unix.S_IFMT == unix.S_IFIFO
}

// written returns nil when a FIFO has a writer, or something that one has left:
// without either, a reader finds an end of file that nobody has made. The only
// call that tells, and takes nothing out, is tee(2).
func written(fifo int) error {
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		return fmt.Errorf("cannot make a pipe: %w", err)
	}
	defer unix.Close(pipe[0])
	defer unix.Close(pipe[1])
	n, err := unix.Tee(fifo, pipe[1], 1, unix.SPLICE_F_NONBLOCK)
	if err == nil && n == 0 {
		return ErrNoWriter
	}
	return nil
}

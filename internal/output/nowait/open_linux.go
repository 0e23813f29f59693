package nowait

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Opening such a FIFO would block without limit.
var (
	ErrNoReader = errors.New("a FIFO that no process has open for reading")
	ErrNoWriter = errors.New("a FIFO that no process has open for writing")
)

// Append opens a file for appending, and creates it with mode 0640.
func Append(path string) (*Writer, error) {
	fd, err := open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_APPEND)
	if err != nil {
		return nil, err
	}
	return &Writer{receiver: receiver{fd: fd}, name: path}, nil
}

// AppendTo opens a file that exists for appending. It follows no symbolic link.
func AppendTo(path string) (*Writer, error) {
	fd, err := open(path, unix.O_WRONLY|unix.O_APPEND|unix.O_NOFOLLOW)
	if err != nil {
		return nil, err
	}
	return &Writer{receiver: receiver{fd: fd}, name: path}, nil
}

// Create creates a file for appending, with a mode from which the umask removes bits. It
// fails if the file exists.
func Create(path string, mode uint32) (*Writer, error) {
	fd, err := openMode(path, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_APPEND, mode)
	if err != nil {
		return nil, err
	}
	return &Writer{receiver: receiver{fd: fd}, name: path}, nil
}

// Again opens the file of a descriptor once more, because other processes use the
// descriptor too, and its flags must not change. It returns [Shared] for a regular file,
// whose position has to stay common, and for a file that cannot be opened, as a socket.
func Again(fd int, name string) *Writer {
	var st unix.Stat_t
	if unix.Fstat(fd, &st) == nil && (st.Mode&unix.S_IFMT == unix.S_IFIFO || st.Mode&unix.S_IFMT == unix.S_IFCHR) {
		if again, err := open(fmt.Sprintf("/proc/self/fd/%d", fd), unix.O_WRONLY); err == nil {
			return &Writer{receiver: receiver{fd: again}, name: name}
		}
	}
	return Shared(fd, name)
}

// Open opens a file for a program. O_NONBLOCK, which prevents open(2) from blocking, is
// cleared afterwards. Flags are those of [os.OpenFile].
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

// OpenToRead opens a file for reading. A read deadline can be set if the file is one that
// may block.
func OpenToRead(path string) (*os.File, error) {
	fd, err := open(path, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), path), nil
}

// open opens a file without blocking, and without making a terminal the controlling
// terminal.
func open(path string, flags int) (int, error) { return openMode(path, flags, 0o640) }

func openMode(path string, flags int, mode uint32) (int, error) {
	fd, err := -1, error(unix.EINTR)
	for errors.Is(err, unix.EINTR) {
		fd, err = unix.Open(path, flags|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, mode)
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

// written returns nil if a FIFO has a writer, or contains data of an earlier writer.
// Otherwise a reader would see an end of file although no writer has closed it. Only
// tee(2) can test that without removing data.
func written(fifo int) error {
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		return fmt.Errorf("cannot create a pipe: %w", err)
	}
	defer unix.Close(pipe[0])
	defer unix.Close(pipe[1])
	n, err := unix.Tee(fifo, pipe[1], 1, unix.SPLICE_F_NONBLOCK)
	if err == nil && n == 0 {
		return ErrNoWriter
	}
	return nil
}

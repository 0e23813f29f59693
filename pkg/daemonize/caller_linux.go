package daemonize

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/cloexec"
)

// Caller is the process that started the daemon, as the daemon sees it. After
// Ready or Fail its methods do nothing.
type Caller struct {
	// Dir is the directory of the caller, to which relative paths in the
	// arguments refer. It is empty if that directory had been removed.
	Dir string

	mu     sync.Mutex
	pipe   *os.File // nil after the final message
	stderr int      // the descriptor that becomes standard error, -1: it is 2 already
}

// FromCaller returns the caller if this process is a daemon made by [Start], and
// nil otherwise. Call it before the process opens files, starts goroutines that
// use the environment, or starts programs.
func FromCaller() (*Caller, error) {
	m, marked := parseMark(os.Getenv(markName))
	genuine := false
	if marked {
		var err error
		if genuine, err = m.genuine(); err != nil {
			// As a caller, this process would start another daemon.
			return nil, fmt.Errorf("cannot become a daemon: %w", err)
		}
	}
	if !genuine {
		// The marks are those of another process, such as a daemon that is an
		// ancestor.
		os.Unsetenv(libraryMark)
		os.Unsetenv(markName)
		return nil, nil
	}
	caller := &Caller{Dir: m.Dir, pipe: os.NewFile(uintptr(m.Pipe), "caller"), stderr: -1}
	if m.unlike {
		_ = caller.last("unlike\n")
		return caller, ErrUnlike
	}
	if err := caller.settle(m); err != nil {
		err = fmt.Errorf("cannot become a daemon: %w", err)
		caller.Fail(1, err.Error())
		return caller, err
	}
	return caller, nil
}

// settle sets up the descriptors and the environment of the daemon.
func (c *Caller) settle(m mark) error {
	if err := cloexec.From(3); err != nil {
		return fmt.Errorf("cannot mark descriptors: %w", err)
	}
	// The library's own function for the daemon would read its settings from
	// standard input. None of its settings concerns the daemon.
	const libraryNull = 3 // go-daemon's /dev/null
	unix.Close(libraryNull)
	// The library opens /dev/null only for reading, so a program could not write
	// to its standard output.
	null, err := unix.Open(os.DevNull, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("cannot open %q: %w", os.DevNull, err)
	}
	defer unix.Close(null)
	for i, fd := range m.Streams {
		if i == 2 {
			fd = -1 // until Ready, see Stderr
		}
		from := fd
		if fd < 0 {
			from = null
		}
		if err := unix.Dup3(from, i, 0); err != nil {
			return fmt.Errorf("cannot duplicate descriptor %d to standard stream %d: %w", from, i, err)
		}
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	if fd := m.Streams[2]; fd >= 0 {
		// Use a low number, because starting a program needs a few above it.
		if c.stderr, err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3); err != nil {
			return fmt.Errorf("cannot duplicate descriptor %d: %w", fd, err)
		}
		unix.Close(fd)
	}
	for _, name := range m.Hidden {
		if value, saved := os.LookupEnv(savedPrefix + name); saved {
			os.Setenv(name, value)
			os.Unsetenv(savedPrefix + name)
		} else {
			os.Unsetenv(name)
		}
	}
	os.Unsetenv(libraryMark)
	os.Unsetenv(markName)
	return nil
}

// Stderr returns the descriptor of the daemon's standard error, for the programs
// that it starts. It is 2 only after [Caller.Ready]. Before that, descriptor 2 is
// /dev/null, because the Go runtime writes there when it fails, and the caller
// reports the outcome in one line.
func (c *Caller) Stderr() uintptr {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stderr >= 0 {
		return uintptr(c.stderr)
	}
	return 2
}

// placeStderr moves standard error to descriptor 2.
func (c *Caller) placeStderr() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stderr >= 0 && unix.Dup3(c.stderr, 2, 0) == nil {
		unix.Close(c.stderr)
		c.stderr = -1
	}
}

// ErrCallerGone is returned by [Caller.Ready] if the caller was killed. Its own
// caller takes the start for failed.
var ErrCallerGone = errors.New("the caller exited before the start was reported")

// Ready reports to the caller that the start has succeeded.
func (c *Caller) Ready() error {
	if c.last("ready\n") != nil {
		return ErrCallerGone
	}
	c.placeStderr()
	return nil
}

// Fail reports to the caller that the start has failed, the reason, and the exit
// status for the caller. The daemon should clean up before and exit after it.
func (c *Caller) Fail(code int, text string) { _ = c.last(fmt.Sprintf("fail %d %q\n", code, text)) }

// Warn sends the caller a warning, which it prints even if the start succeeds.
func (c *Caller) Warn(text string) { _ = c.tell(fmt.Sprintf("warn %q\n", text)) }

func (c *Caller) last(line string) error {
	err := c.tell(line)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pipe != nil {
		c.pipe.Close()
		c.pipe = nil
	}
	return err
}

// tell writes to the caller, unless the final message has been sent.
func (c *Caller) tell(line string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pipe == nil {
		return nil
	}
	_, err := c.pipe.WriteString(line)
	return err
}

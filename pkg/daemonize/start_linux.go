package daemonize

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/sevlyar/go-daemon"
	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/cloexec"
	"github.com/svloop/svloop/pkg/proctree"
)

// Options are the properties of the daemon.
type Options struct {
	// Dir is the directory of the daemon, "/" if empty.
	Dir string
	// Streams are the daemon's standard input, output and error. A nil stream is
	// /dev/null.
	Streams [3]*os.File
	// Runtime is a list of NAME=VALUE for the Go runtime of the daemon itself,
	// which reads them at its start (GOMAXPROCS, GODEBUG). [FromCaller] restores
	// the values of the caller.
	Runtime []string
	// Schedule is how the caller terminates the processes of a daemon that dies
	// before it has reported the outcome. Without a schedule they are killed.
	Schedule proctree.Schedule
}

// Start starts the daemon and returns at once. [Daemon.Wait] returns the outcome.
// The daemon gets the arguments and, except for [Options.Runtime], the
// environment of this process. This process becomes a child subreaper, so that it
// is the parent of the processes that a dead daemon leaves.
func Start(o Options) (*Daemon, error) {
	d, err := start(o)
	if err != nil {
		return nil, fmt.Errorf("cannot start the daemon: %w", err)
	}
	return d, nil
}

func start(o Options) (*Daemon, error) {
	if err := room(); err != nil {
		return nil, err
	}
	// The daemon must not inherit the descriptors that this process inherited.
	if err := cloexec.From(3); err != nil {
		return nil, err
	}
	// Blocking descriptors suffice, because the caller does nothing else.
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return nil, err
	}
	reader, writer := os.NewFile(uintptr(ends[0]), "daemon"), os.NewFile(uintptr(ends[1]), "daemon")
	defer writer.Close()
	m := mark{Streams: [3]int{-1, -1, -1}}
	m.Dir, _ = unix.Getwd() // if it was removed, relative paths are errors
	var handed []int
	defer func() {
		for _, fd := range handed {
			unix.Close(fd)
		}
	}()
	hand := func(f *os.File) (int, error) {
		fd, err := handDown(f)
		if err == nil {
			handed = append(handed, fd)
		}
		return fd, err
	}
	var err error
	if m.Pipe, err = hand(writer); err != nil {
		return nil, err
	}
	if m.Inode, _, err = pipeInode(m.Pipe); err != nil {
		return nil, err
	}
	for i, f := range o.Streams {
		if f == nil {
			continue
		}
		if m.Streams[i], err = hand(f); err != nil {
			return nil, err
		}
	}
	adoptOrphans()
	// Only the re-execution, session, directory and /dev/null of the library are
	// used: every program that the daemon starts would inherit its pid file lock
	// and log file.
	child, err := (&daemon.Context{WorkDir: cmp.Or(o.Dir, "/"), Env: environment(o.Runtime, m)}).Reborn()
	if child == nil {
		reader.Close()
		return nil, err
	}
	// An error together with a child is one of the pipe to the child, which the
	// daemon may have closed. What the library writes there is not needed.
	return &Daemon{process: child, reader: reader, schedule: o.Schedule}, nil
}

// environment returns this process's environment without the marks of another
// daemon. The runtime variables come first, because the Go runtime uses the first
// of a name. The variables that they replace are saved under another name.
func environment(runtime []string, m mark) []string {
	hidden := func(name string) bool {
		return slices.ContainsFunc(runtime, func(r string) bool { return strings.HasPrefix(r, name+"=") })
	}
	env := slices.Clone(runtime)
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		switch {
		case name == markName, name == libraryMark, strings.HasPrefix(name, savedPrefix):
		case hidden(name):
			env = append(env, savedPrefix+pair)
		default:
			env = append(env, pair)
		}
	}
	names := make([]string, len(runtime))
	for i, r := range runtime {
		names[i], _, _ = strings.Cut(r, "=")
	}
	m.Hidden = names
	return append(env, markName+"="+m.String())
}

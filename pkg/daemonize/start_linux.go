package daemonize

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/sevlyar/go-daemon"
	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// Options say what the daemon looks like.
type Options struct {
	// Dir is the daemon's directory, "/" when empty.
	Dir string
	// Streams are the daemon's standard input, output and error; /dev/null
	// where nil.
	Streams [3]*os.File
	// Runtime is NAME=VALUE for the environment of the daemon itself, where
	// the Go runtime reads it at the start (GOMAXPROCS, GODEBUG).
	// [FromCaller] puts the caller's values back.
	Runtime []string
	// Schedule is how to end what a daemon has started that dies before it has
	// said how its start went. Without one it is killed.
	Schedule proctree.Schedule
}

// Start starts the daemon and returns at once; [Daemon.Wait] says how it went.
// The daemon gets the arguments and, but for [Options.Runtime], the environment
// of this process, which becomes a child subreaper: it is the parent of what a
// daemon leaves that dies.
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
	// What the caller of this process had open is not the daemon's business.
	if err := closeOnExecFrom(3); err != nil {
		return nil, err
	}
	// Plain blocking descriptors: the caller has nothing else to do.
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return nil, err
	}
	reader, writer := os.NewFile(uintptr(ends[0]), "daemon"), os.NewFile(uintptr(ends[1]), "daemon")
	defer writer.Close()
	m := mark{Streams: [3]int{-1, -1, -1}}
	m.Dir, _ = unix.Getwd() // unknown when it was removed: relative paths are errors then
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
	// Only re-execution, session, directory and /dev/null are asked of the
	// library: its pid file lock and log file would be inherited by every
	// program that the daemon starts.
	child, err := (&daemon.Context{WorkDir: cmp.Or(o.Dir, "/"), Env: environment(o.Runtime, m)}).Reborn()
	if child == nil {
		reader.Close()
		return nil, err
	}
	// With a child an error is one of the pipe to it, of which the daemon may
	// have let go by then: what the library writes there is not needed.
	return &Daemon{process: child, reader: reader, schedule: o.Schedule}, nil
}

// environment is this process's without the marks of another daemon, with the
// runtime's variables in front (it takes the first of a name), and with those
// that they hide under another name.
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

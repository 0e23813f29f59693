package daemonize

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

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
	// Grace is how long a daemon may take after the SIGTERM of [Daemon.Wait]. Then it
	// is killed with the processes that it started. 0 is no limit.
	Grace time.Duration
	// Program is the program to start, nil for this one.
	Program *Program
}

// Program is another program that calls [FromCaller].
type Program struct {
	Path string   // absolute
	Args []string // from argv[0] on
	Env  []string // NAME=VALUE
}

// Start starts the daemon and returns at once. [Daemon.Wait] returns the outcome.
//
// Without [Options.Program], the daemon gets the arguments and, except for
// [Options.Runtime], the environment of this process. This process becomes a child
// subreaper, so that it is the parent of the processes that a dead daemon leaves. It
// should do nothing else.
//
// With it, this process may start several daemons at the same time, and other
// programs. Orphans of different daemons cannot be told apart then: of a daemon that
// dies, Wait terminates only the members of its session and their descendants.
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
	reader, writer, err := reportPipe(o.Program != nil)
	if err != nil {
		return nil, err
	}
	defer writer.Close()
	m := mark{Streams: [3]int{-1, -1, -1}}
	m.Dir, _ = unix.Getwd() // if it was removed, relative paths are errors
	if m.Inode, _, err = pipeInode(int(writer.Fd())); err != nil {
		reader.Close()
		return nil, err
	}
	launch := o.reexecute
	if o.Program != nil {
		launch = o.execute
	}
	child, err := launch(m, writer)
	// An error together with a child is one of the library's pipe to the child, which
	// the daemon may have closed. What the library writes there is not needed.
	if child == nil {
		reader.Close()
		return nil, err
	}
	return &Daemon{process: child, pid: child.Pid, reader: reader, schedule: o.Schedule, grace: o.Grace, alone: o.Program == nil}, nil
}

// reportPipe makes the pipe on which the daemon reports its start. If the caller does
// other things meanwhile, no thread of it blocks in the pipe.
func reportPipe(shared bool) (reader, writer *os.File, err error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return nil, nil, err
	}
	if shared {
		if err := unix.SetNonblock(ends[0], true); err != nil {
			unix.Close(ends[0])
			unix.Close(ends[1])
			return nil, nil, err
		}
	}
	return os.NewFile(uintptr(ends[0]), "daemon"), os.NewFile(uintptr(ends[1]), "daemon"), nil
}

// reexecute starts this program as the daemon.
func (o Options) reexecute(m mark, pipe *os.File) (*os.Process, error) {
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
	if m.Pipe, err = hand(pipe); err != nil {
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
	return (&daemon.Context{WorkDir: o.dir(), Env: environment(os.Environ(), o.Runtime, m)}).Reborn()
}

// execute starts another program as the daemon. The library cannot: it executes only
// the program that it is part of. No descriptor is inheritable meanwhile, because
// this process may start other programs at the same time.
func (o Options) execute(m mark, pipe *os.File) (*os.Process, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	files := []*os.File{pipe, null, null, null} // as the library has them: standard input is a pipe
	add := func(f *os.File) int {
		files = append(files, f)
		return len(files) - 1
	}
	m.Pipe = add(pipe)
	for i, f := range o.Streams {
		if f != nil {
			m.Streams[i] = add(f)
		}
	}
	return os.StartProcess(o.Program.Path, o.Program.Args, &os.ProcAttr{
		Dir: o.dir(), Env: environment(o.Program.Env, o.Runtime, m), Files: files,
		Sys: &syscall.SysProcAttr{Setsid: true},
	})
}

func (o Options) dir() string { return cmp.Or(o.Dir, "/") }

// environment returns the environment of the daemon: base without the marks of another
// daemon. The runtime variables come first, because the Go runtime uses the first
// of a name. The variables that they replace are saved under another name.
func environment(base, runtime []string, m mark) []string {
	hidden := func(name string) bool {
		return slices.ContainsFunc(runtime, func(r string) bool { return strings.HasPrefix(r, name+"=") })
	}
	env := slices.Clone(runtime)
	for _, pair := range base {
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

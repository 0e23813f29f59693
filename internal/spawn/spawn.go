// Package spawn starts a program with a given directory, descriptors, environment,
// process group, user and limits.
//
// Package syscall sets some of them between fork and exec. For the others this program
// is executed first, in [Role]. It sets itself up, and then executes the program:
//
//	this program ── fork, exec ──► Role ── limits, root, user, umask ── exec ──► program
//	      ▲                          │
//	      ├── lines behind ~ ────────┤   warnings
//	      ├── "." ───────────────────┤   about to execute
//	      └── then end of file ──────┤   executed: the pipe closes on exec
//	      └── or a refusal ──────────┘
//
// An end of file alone means that the role was killed on its way.
package spawn

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/svloop/svloop/internal/environ"
)

// Program is what to start.
type Program struct {
	Argv  []string  // the command and its arguments
	Env   []string  // NAME=VALUE
	Dir   string    // its working directory, inside Root if that is set
	Base  string    // the directory for a relative Argv[0]
	Files []uintptr // its descriptors from 0 on; ^uintptr(0) for a closed one

	// NameByPath sets argv[0] of a program that was found in PATH to its full path,
	// as simplevisor-loop does. ps(1) shows that name, and patterns match it.
	NameByPath bool

	// Warn is called by confirm for each limit that could not be set as requested. It may be
	// nil.
	Warn func(text string)

	// DieWithParent makes the kernel kill the program when the thread that started it exits.
	DieWithParent bool

	Setup
}

// Setup has the settings that package syscall cannot make. A nil or zero field changes
// nothing.
type Setup struct {
	Root        string // chroot(2)
	Identity    *Identity
	Umask       *int
	Nice        *int
	OOMScoreAdj *int
	Rlimits     []Rlimit
	NoNewPrivs  bool
}

func (s Setup) none() bool {
	return s.Root == "" && s.Identity == nil && s.Umask == nil && s.Nice == nil &&
		s.OOMScoreAdj == nil && len(s.Rlimits) == 0 && !s.NoNewPrivs
}

// ErrNotFound is wrapped if the command does not exist. Any other error means that the
// command exists but cannot be executed.
var ErrNotFound = errors.New("command not found")

// Error reports which step of a start failed.
type Error struct {
	Step string // "execute", "enter directory", …
	Name string // the command, the directory, …
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("cannot %s %q: %v", e.Step, e.Name, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Start starts the program in a new process group and returns its process id. With a
// Setup, the program may not have been executed yet: confirm waits for that, and returns
// the error if it fails. The process then exits by itself, and has to be reaped like any
// other.
func (p *Program) Start() (pid int, confirm func() error, err error) {
	if p.none() {
		pid, err = p.startDirectly()
		return pid, func() error { return nil }, err
	}
	return p.startByRole()
}

func (p *Program) startDirectly() (int, error) {
	search, _ := environ.Lookup(p.Env, "PATH")
	path, err := find(p.Argv[0], search, p.Base)
	if err == nil {
		err = misleads(path)
	}
	if err != nil {
		return 0, &Error{"execute", p.Argv[0], err}
	}
	pid, err := forkExec(path, named(p.Argv, path, p.NameByPath), p.attributes(p.Dir, p.Files))
	if errors.Is(err, syscall.ENOEXEC) && isShellScript(path) {
		pid, err = forkExec(shell, byShell(path, p.Argv), p.attributes(p.Dir, p.Files))
	}
	if err != nil {
		return 0, explain(err, p.Argv[0], path, p.Dir)
	}
	return pid, nil
}

func (p *Program) attributes(dir string, files []uintptr) *syscall.ProcAttr {
	sys := &syscall.SysProcAttr{Setpgid: true}
	if p.DieWithParent {
		sys.Pdeathsig = syscall.SIGKILL
	}
	return &syscall.ProcAttr{Dir: dir, Env: p.Env, Files: files, Sys: sys}
}

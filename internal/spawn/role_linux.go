package spawn

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/environ"
	"github.com/svloop/svloop/internal/reexec"
)

// Role sets up this process and then executes another program in it. A program that calls
// [Program.Start] must play the role.
var Role = reexec.Role{Name: "svloop: starting", Play: become}

// order is the work of the role, sent as its arguments.
type order struct {
	Setup
	Dir, Base     string
	Pipe          int // the descriptor for the answer
	DieWithParent bool
	NameByPath    bool
	Argv          []string
}

func (p *Program) startByRole() (int, func() error, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return 0, nil, &Error{"execute", p.Argv[0], err}
	}
	defer writer.Close()
	files := append(p.Files[:len(p.Files):len(p.Files)], writer.Fd())
	o := order{p.Setup, p.Dir, p.Base, len(files) - 1, p.DieWithParent, p.NameByPath, p.Argv}
	pid, err := forkExec(reexec.Self, append([]string{Role.Name}, reexec.Words(o)...), p.attributes("", files))
	if err != nil {
		reader.Close()
		return 0, nil, &Error{"execute", p.Argv[0], err}
	}
	return pid, func() error { return confirm(reader, p.Argv[0], p.Warn) }, nil
}

// confirm waits until the role has executed the program, and returns the error if that
// fails.
func confirm(reader *os.File, name string, warn func(string)) error {
	defer reader.Close()
	text, err := io.ReadAll(reader)
	if err != nil {
		return &Error{"execute", name, err}
	}
	for bytes.HasPrefix(text, warning) {
		line, rest, _ := bytes.Cut(text[len(warning):], []byte("\n"))
		text = rest
		if warn != nil {
			warn(string(line))
		}
	}
	text, about := bytes.CutPrefix(text, aboutToExecute)
	if len(text) == 0 {
		if about {
			return nil
		}
		return &Error{"execute", name, errKilled}
	}
	var r refusal
	if err := reexec.Unmarshal(text, &r); err != nil {
		return &Error{"execute", name, err}
	}
	return &Error{r.Step, r.Name, r.cause()}
}

// warning begins each line that is a warning.
var warning = []byte("~")

// aboutToExecute is the last message of the role, unless a refusal follows.
var aboutToExecute = []byte(".")

var errKilled = errors.New("the process exited before it executed the program")

// refusal is an [Error] on its way through the pipe.
type refusal struct {
	Step, Name, Text string
	Errno            syscall.Errno
	NotFound         bool
}

func (r refusal) cause() error {
	switch {
	case r.NotFound:
		return ErrNotFound
	case r.Errno != 0:
		return r.Errno
	}
	return errors.New(r.Text)
}

func refuse(err error, name string) refusal {
	r := refusal{Step: "execute", Name: name, Text: err.Error(), NotFound: errors.Is(err, ErrNotFound)}
	var step *Error
	if errors.As(err, &step) {
		r.Step, r.Name, r.Text = step.Step, step.Name, step.Err.Error()
	}
	errors.As(err, &r.Errno)
	return r
}

// become runs the role. It does not return if it succeeds. Otherwise it returns the exit
// status of the failed role.
func become(args []string) (code int, err error) {
	runtime.LockOSThread()
	var o order
	if err := reexec.Parse(args, &o); err != nil {
		return 0, err
	}
	if len(o.Argv) == 0 {
		return 0, errors.New("no command")
	}
	unix.CloseOnExec(o.Pipe)
	pipe := os.NewFile(uintptr(o.Pipe), "pipe")
	err = o.execute(os.Environ(), func(text []byte) error { _, err := pipe.Write(text); return err })
	text, _ := reexec.Marshal(refuse(err, o.Argv[0])) // cannot fail: arguments and paths have no NUL byte
	_, _ = pipe.Write(text)
	return 126, nil
}

// execute applies the setup and executes the program. The order is such that each step
// still has the privileges that it needs.
func (o order) execute(env []string, say func([]byte) error) error {
	if err := o.limits(say); err != nil {
		return err
	}
	if o.Root != "" {
		if err := unix.Chroot(o.Root); err != nil {
			return &Error{"change root to", o.Root, err}
		}
		if err := unix.Chdir("/"); err != nil {
			return &Error{"enter directory", "/", err}
		}
	}
	if o.Identity != nil {
		if err := o.Identity.assume(); err != nil {
			return err
		}
	}
	if o.DieWithParent {
		// The change of the user has reset the signal that the parent set.
		if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
			return &Error{"set", "parent death signal", err}
		}
	}
	if o.Umask != nil {
		unix.Umask(*o.Umask)
	}
	if o.Dir != "" {
		if err := unix.Chdir(o.Dir); err != nil {
			return &Error{"enter directory", o.Dir, err}
		}
	}
	if o.NoNewPrivs {
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return &Error{"set", "no_new_privs", err}
		}
	}
	search, _ := environ.Lookup(env, "PATH")
	path, err := find(o.Argv[0], search, o.Base)
	if err == nil {
		err = misleads(path)
	}
	if err != nil {
		return &Error{"execute", o.Argv[0], err}
	}
	if err := say(aboutToExecute); err != nil {
		return &Error{"execute", o.Argv[0], err}
	}
	err = syscall.Exec(path, named(o.Argv, path, o.NameByPath), env)
	if errors.Is(err, syscall.ENOEXEC) && isShellScript(path) {
		err = syscall.Exec(shell, byShell(path, o.Argv), env)
	}
	return explain(err, o.Argv[0], path, "")
}

func (o order) limits(say func([]byte) error) error {
	if o.OOMScoreAdj != nil {
		if err := os.WriteFile("/proc/self/oom_score_adj", []byte(strconv.Itoa(*o.OOMScoreAdj)), 0); err != nil {
			return &Error{"set oom score adjustment to", strconv.Itoa(*o.OOMScoreAdj), cause(err)}
		}
	}
	if o.Nice != nil {
		if err := unix.Setpriority(unix.PRIO_PROCESS, 0, *o.Nice); err != nil {
			return &Error{"set nice level to", strconv.Itoa(*o.Nice), err}
		}
	}
	for _, r := range o.Rlimits {
		set, err := r.apply()
		if err == nil && set != r {
			err = say(fmt.Appendf(nil, "%slimit %s is not permitted: the program gets %s\n", warning, r.short(), set.short()))
		}
		if err != nil {
			return &Error{"set limit", strings.ToLower(r.String()), err}
		}
	}
	return nil
}

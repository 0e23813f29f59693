package launch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Role is the name under which this program is executed to set itself up and
// become another. A program that uses [Program.Start] calls [Become] first
// when its own name is this one.
const Role = "svloop: starting"

// order is what the role is told, as its first argument. Paths are bytes in it:
// JSON would spoil those that are no UTF-8.
type order struct {
	Setup
	Root, Dir, Base []byte // Root stands for that of the Setup
	Pipe            int
	DieWithParent   bool
	NameByPath      bool
}

func (p *Program) startByRole() (int, func() error, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return 0, nil, &Error{"execute", p.Argv[0], err}
	}
	defer writer.Close()
	files := append(p.Files[:len(p.Files):len(p.Files)], writer.Fd())
	text, err := json.Marshal(order{p.Setup, []byte(p.Root), []byte(p.Dir), []byte(p.Base), len(files) - 1, p.DieWithParent, p.NameByPath})
	if err == nil {
		argv := append([]string{Role, string(text)}, p.Argv...)
		var pid int
		// The link leads to this program even when its file was replaced.
		pid, err = forkExec("/proc/self/exe", argv, p.attributes("", files))
		if err == nil {
			return pid, func() error { return confirm(reader, p.Argv[0], p.Warn) }, nil
		}
	}
	reader.Close()
	return 0, nil, &Error{"execute", p.Argv[0], err}
}

// confirm waits until the role has become the program, or says why not.
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
	if err := json.Unmarshal(text, &r); err != nil {
		return &Error{"execute", name, err}
	}
	return &Error{r.Step, string(r.Name), r.cause()}
}

// warning stands before each line of warning.
var warning = []byte("~")

// aboutToExecute is what the role says last but for a refusal.
var aboutToExecute = []byte(".")

var errKilled = errors.New("its process ended before")

// refusal is an [Error] on its way through the pipe.
type refusal struct {
	Step, Text string
	Name       []byte
	Errno      syscall.Errno
	NotFound   bool
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
	r := refusal{Step: "execute", Name: []byte(name), Text: err.Error(), NotFound: errors.Is(err, ErrNotFound)}
	var step *Error
	if errors.As(err, &step) {
		r.Step, r.Name, r.Text = step.Step, []byte(step.Name), step.Err.Error()
	}
	errors.As(err, &r.Errno)
	return r
}

// Become does what the arguments of the role say, and does not return when it
// succeeds. It returns the exit status of the failed role.
func Become(args []string, env []string) int {
	runtime.LockOSThread()
	var o order
	if len(args) < 3 || json.Unmarshal([]byte(args[1]), &o) != nil {
		fmt.Fprintf(os.Stderr, "svloop: %q is a name of its own use only\n", Role)
		return 2
	}
	unix.CloseOnExec(o.Pipe)
	pipe := os.NewFile(uintptr(o.Pipe), "pipe")
	err := become(o, args[2:], env, func(text []byte) error { _, err := pipe.Write(text); return err })
	text, _ := json.Marshal(refuse(err, args[2])) // strings and numbers cannot fail
	_, _ = pipe.Write(text)
	return 126
}

// become applies the setup in the order in which each step still has the
// rights that it needs.
func become(o order, argv, env []string, say func([]byte) error) error {
	root, dir, base := string(o.Root), string(o.Dir), string(o.Base)
	if err := o.limits(say); err != nil {
		return err
	}
	if root != "" {
		if err := unix.Chroot(root); err != nil {
			return &Error{"change root to", root, err}
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
		// A change of identity has cancelled what the parent had asked for.
		if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
			return &Error{"set", "parent death signal", err}
		}
	}
	if o.Umask != nil {
		unix.Umask(*o.Umask)
	}
	if dir != "" {
		if err := unix.Chdir(dir); err != nil {
			return &Error{"enter directory", dir, err}
		}
	}
	if o.NoNewPrivs {
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return &Error{"set", "no_new_privs", err}
		}
	}
	path, err := find(argv[0], lookup(env, "PATH"), base)
	if err == nil {
		err = misleads(path)
	}
	if err != nil {
		return &Error{"execute", argv[0], err}
	}
	if err := say(aboutToExecute); err != nil {
		return &Error{"execute", argv[0], err}
	}
	err = syscall.Exec(path, named(argv, path, o.NameByPath), env)
	if err == syscall.ENOEXEC && isShellScript(path) {
		err = syscall.Exec(shell, byShell(path, argv), env)
	}
	return explain(err, argv[0], path, "")
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

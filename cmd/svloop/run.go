package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/instance"
	"github.com/svloop/svloop/internal/manpage"
	"github.com/svloop/svloop/internal/reexec"
	"github.com/svloop/svloop/internal/spawn"
	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/internal/version"
	"github.com/svloop/svloop/internal/workdir"
	"github.com/svloop/svloop/pkg/daemonize"
	"github.com/svloop/svloop/pkg/printable"
)

// invocation is one call of svloop: its name, environment and streams.
type invocation struct {
	name           string // argv[0] without the directory, perhaps a symbolic link
	env            []string
	stdout, stderr io.Writer
}

// run is the whole program. No other function exits the process.
func run(args, env []string, stdout, stderr io.Writer) exitCode {
	if code, played := reexec.Play(args, spawn.Role); played {
		return exitCode(code)
	}
	p := &invocation{name: "svloop", env: env, stdout: stdout, stderr: stderr}
	if len(args) > 0 {
		p.name = filepath.Base(args[0])
		args = args[1:]
	}
	caller, err := daemonize.FromCaller()
	if err != nil {
		if caller == nil {
			return p.check(err) // no caller to report the error to
		}
		return exitFailed
	}
	o, err := cmdline.Parse(args)
	if err == nil {
		err = o.Identify()
	}
	if err == nil && caller == nil { // the caller of a daemon has checked this already
		err = o.Distinct(workdir.Get())
	}
	if err != nil {
		if caller != nil {
			caller.Fail(int(exitUsage), printable.Text(err.Error()))
			return exitUsage
		}
		return p.usageError(err)
	}
	switch {
	case caller != nil:
		return p.runInstance(o, caller)
	case o.Help:
		return p.check(p.say(usage, p.name))
	case o.Version:
		return p.check(p.say("%s\n", version.Line(p.name)))
	case o.Manual:
		return p.check(manpage.Show(manual, stdout))
	case o.Status:
		return p.status(o)
	case o.Quit:
		return p.quit(o)
	case o.Daemon:
		return p.detach(o)
	}
	return p.runInstance(o, nil)
}

// runInstance runs the command: in the foreground or, with a caller, as the
// daemon that the caller started.
func (p *invocation) runInstance(o *cmdline.Options, caller *daemonize.Caller) exitCode {
	c := instance.Config{Options: o, Name: p.name, Env: p.env, Dir: workdir.Get(), Caller: caller, Stderr: p.stderr}
	if caller != nil {
		c.Env = os.Environ() // without the variables of daemonize
		c.Dir = caller.Dir   // the daemon's own directory is /
	}
	return exitCode(instance.Run(c))
}

// say writes an answer, and escapes text from other sources in it.
func (p *invocation) say(format string, args ...any) error {
	if _, err := printable.Fprintf(p.stdout, format, args...); err != nil {
		return fmt.Errorf("cannot write the answer: %w", err)
	}
	return nil
}

// check prints an error, if there is one, and returns the exit status.
func (p *invocation) check(err error) exitCode {
	if err == nil {
		return exitOK
	}
	printable.Fprintf(p.stderr, "%s: %v\n", p.name, err)
	if h := hint.Of(err); h != "" {
		printable.Fprintf(p.stderr, "%s: hint: %s\n", p.name, h)
	}
	return exitFailed
}

// usageError prints the mistake with the accepted values in one line, and a suggestion in
// another.
func (p *invocation) usageError(err error) exitCode {
	printable.Fprintf(p.stderr, "%s: %s\n", p.name, printable.Raw(printable.Lines(err.Error())))
	var u *usageerror.Error
	if errors.As(err, &u) && u.Hint != "" {
		printable.Fprintf(p.stderr, "%s: hint: %s\n", p.name, u.Hint)
	}
	return exitUsage
}

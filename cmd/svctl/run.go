package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/manpage"
	"github.com/svloop/svloop/internal/reexec"
	"github.com/svloop/svloop/internal/relay"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/internal/version"
	"github.com/svloop/svloop/pkg/daemonize"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// run is the whole program. No other function exits the process.
func run(args, env []string, stdout, stderr io.Writer) int {
	if code, played := reexec.Play(args, append(runner.Roles, relay.Role)...); played {
		return code
	}
	caller, err := daemonize.FromCaller()
	switch {
	case err != nil && caller == nil:
		return complain(stderr, err)
	case err != nil:
		return int(lsb.Failed) // the caller knows
	case caller != nil:
		env = os.Environ() // without the marks of daemonize
	}
	if isOldName(args) {
		return runOld(args[1:], env, caller, stdout, stderr)
	}
	if len(args) > 0 {
		args = args[1:]
	}
	if len(args) > 0 && args[0] == completeWord {
		return complete(args[1:], env, stdout)
	}
	o, err := parse(args)
	switch {
	case err != nil && isPlugin(args):
		return printResult(stdout, failedResult(err))
	case err != nil:
		return complain(stderr, err)
	}
	d := &delivery{to: stdout}
	s := &invocation{options: o, env: env, stdout: d, stderr: stderr, caller: caller}
	if o.plugin.on {
		return s.answerPlugin(d)
	}
	if caller != nil {
		return s.asDaemon(func() int { return s.answer(d) })
	}
	return s.delivered(d, s.answer(d))
}

// answer carries out the options, and returns the exit status.
func (s *invocation) answer(d *delivery) int {
	switch {
	case s.help:
		return helpAction(s)
	case s.version:
		fmt.Fprintln(s.stdout, version.Line("svctl"))
		return int(lsb.Done)
	case s.manual && isTerminal(d): // through a pager
		return s.check(manpage.Show(s.page(), d.to))
	case s.manual:
		return s.check(manpage.Show(s.page(), d))
	}
	if s.changes() {
		surviveClosedPipe()
	}
	a := actions[s.action]
	if !a.noConfig {
		if err := s.open(); err != nil {
			code := complain(s.stderr, err)
			if s.action == "status" {
				return int(lsb.Unknown) // 1 to 3 mean that the service is dead or stopped
			}
			return code
		}
		defer s.log.close()
		if s.isUndefined() {
			return s.sayUndefined()
		}
	}
	return a.run(s)
}

// page returns the manual page of the action.
func (s *invocation) page() string {
	if s.action == "supervise" {
		return superviseManual
	}
	return manual
}

// complain prints an error, line by line, and returns its code.
func complain(stderr io.Writer, err error) int {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		printable.Fprintf(stderr, "svctl: %s\n", line)
	}
	if h := hintOf(err); h != "" {
		printable.Fprintf(stderr, "svctl: hint: %s\n", h)
	}
	return int(codeOf(err))
}

func hintOf(err error) string {
	var u *usageerror.Error
	var edited *export.EditedError
	switch {
	case errors.As(err, &u):
		return cmp.Or(u.Hint, "try svctl --help")
	case errors.As(err, &edited):
		return "--force replaces or removes it nevertheless"
	}
	return hint.Of(err)
}

// codeOf returns the exit status for the errors of svctl itself. Errors of services carry
// their own code.
func codeOf(err error) lsb.Action {
	var u *usageerror.Error
	var ambiguous *servicedef.AmbiguousError
	var pattern *servicedef.BadPatternError
	var cannot *export.CannotError
	var missing *export.MissingError
	switch {
	case errors.As(err, &u), errors.As(err, &ambiguous), errors.As(err, &pattern):
		return lsb.Usage
	case errors.As(err, &cannot):
		return lsb.Unimplemented
	case errors.As(err, &missing):
		return lsb.NotInstalled
	case errors.Is(err, fs.ErrPermission):
		return lsb.NotPermitted
	}
	return lsb.NotConfigured
}

// check reports an error of the output, and returns the exit status.
func (s *invocation) check(err error) int {
	if err == nil {
		return int(lsb.Done)
	}
	fmt.Fprintf(s.stderr, "svctl: %s\n", printable.Lines(err.Error()))
	return int(lsb.Failed)
}

func helpAction(s *invocation) int {
	_, err := io.WriteString(s.stdout, usage)
	return s.check(err)
}

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/servicedef"
)

// daemonOptions are the options of a daemon service as svloop reads them.
func daemonOptions(service *servicedef.Service) (*invocation.Options, error) {
	argv := service.Plan(servicedef.Start, "svloop")[0].Argv
	o, err := invocation.ParseStart(argv[1:])
	switch {
	case err != nil:
	case len(o.Command) > len(service.Start): // it begins in the midst of the options
		err = fmt.Errorf("word %q %w", o.Command[0], errStray)
	case o.Pidfile != service.Daemon || !o.Daemon:
		err = errors.New("options --pidfile and --daemon are those of the entry")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: daemon_options of service %q: %v%s", service.Pos, service.Path, forEntry(err), hintForEntry(service, err))
	}
	return o, nil
}

var errStray = errors.New("is neither an option nor the value of one")

// The example of svloop's messages is for a shell.
const killSpecShell, killSpecEntry = `"TERM/10 KILL"`, "TERM/10%20KILL"

func forEntry(err error) string { return strings.ReplaceAll(err.Error(), killSpecShell, killSpecEntry) }

// hintForEntry returns what to do about an error of daemon_options: to write a value
// with a blank as this configuration wants it, or what the error itself says, which
// is not of this command line.
func hintForEntry(service *servicedef.Service, err error) string {
	if form := servicedef.WithoutShell(service.DaemonOptions); form != "" {
		return fmt.Sprintf(" (no shell reads it: write daemon_options = %s)", form)
	}
	if errors.Is(err, errStray) {
		return " (a blank in a value is written %20, as in --kill-spec " + killSpecEntry + ")"
	}
	var wrong *cmdline.Error
	if errors.As(err, &wrong) && wrong.Hint != "" {
		return " (" + wrong.Hint + ")"
	}
	return ""
}

// checkDaemons looks at what svloop will be told of all daemon services, so that a
// mistake is reported before anything is done, and not by svloop in the midst of a
// start. It returns warnings, too.
func checkDaemons(c *servicedef.Config) (warnings []error, err error) {
	all := slices.Clone(c.DistinctPidFiles(newDirectories().resolve))
	c.Walk(func(e *servicedef.Entry) {
		if e.Service == nil || len(e.Service.DaemonOptions) == 0 {
			return
		}
		o, err := daemonOptions(e.Service)
		if err != nil {
			all = append(all, err)
			return
		}
		warnings = append(warnings, checkTimeout(e, o)...)
	})
	return warnings, errors.Join(all...)
}

// checkTimeout returns warnings about what cannot be finished before svctl ends the
// command.
func checkTimeout(e *servicedef.Entry, o *invocation.Options) (warnings []error) {
	longer := func(than time.Duration, format string, args ...any) {
		if than > e.Service.Timeout {
			text := fmt.Sprintf(format, args...)
			err := fmt.Errorf("timeout %g is shorter than %s", e.Service.Timeout.Seconds(), text)
			warnings = append(warnings, &configgeneral.Error{Pos: e.At("timeout"), Err: err})
		}
	}
	longer(o.KillSpec.Total(), "the kill specification %q, which takes %g seconds", o.KillSpec, o.KillSpec.Total().Seconds())
	switch {
	case o.Ready.Kind == readiness.Alive:
		longer(o.Ready.After, "the %g seconds that the program has to live to be ready", o.Ready.After.Seconds())
	case o.ReadyTimeout != invocation.Defaults().ReadyTimeout: // a shorter timeout than the default is one's choice
		longer(o.ReadyTimeout, "the ready-timeout of %g seconds", o.ReadyTimeout.Seconds())
	}
	return warnings
}

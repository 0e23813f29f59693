package main

import (
	"errors"
	"fmt"
	"slices"
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
	if err == nil && (o.Pidfile != service.Daemon || !o.Daemon) {
		err = errors.New("options --pidfile and --daemon are those of the entry")
	}
	if err != nil {
		hint := ""
		var wrong *cmdline.Error // but not of this command line
		if errors.As(err, &wrong) && wrong.Hint != "" {
			hint = " (" + wrong.Hint + ")"
		}
		return nil, fmt.Errorf("%s: daemon_options of service %q: %v%s", service.Pos, service.Path, err, hint)
	}
	return o, nil
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

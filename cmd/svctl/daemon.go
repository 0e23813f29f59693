package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/servicedef"
)

// parseDaemon parses the options of a daemon service.
func parseDaemon(service *servicedef.Service) (*cmdline.Options, error) {
	o, err := cmdline.ParseEntry(service.Daemon, service.SvloopOptions(), service.Start)
	switch {
	case err == nil:
		return o, nil
	case len(service.DaemonOptions) == 0:
		return nil, fmt.Errorf("%s: service %q: %v", service.Pos, service.Path, err)
	}
	return nil, fmt.Errorf("%s: daemon_options of service %q: %v%s", service.Pos, service.Path, forEntry(err), hintForEntry(service, err))
}

// svloop's example is written for a shell.
const killSpecShell, killSpecEntry = `"TERM/10 KILL"`, "TERM/10%20KILL"

func forEntry(err error) string { return strings.ReplaceAll(err.Error(), killSpecShell, killSpecEntry) }

// hintForEntry returns a hint about an error in daemon_options: how to write a value with
// a blank in the configuration, or the hint of the error itself.
func hintForEntry(service *servicedef.Service, err error) string {
	if form := servicedef.WithoutShell(service.DaemonOptions); form != "" {
		return fmt.Sprintf(" (no shell reads it: write daemon_options = %s)", form)
	}
	if errors.Is(err, cmdline.ErrStray) {
		return " (a blank in a value is written %20, as in --kill-spec " + killSpecEntry + ")"
	}
	var wrong *usageerror.Error
	if errors.As(err, &wrong) && wrong.Hint != "" {
		return " (" + wrong.Hint + ")"
	}
	return ""
}

// checkDaemons parses the options of all daemon services, so that svctl reports a mistake
// before it acts, and svloop does not fail in the middle of a start. It also returns
// warnings. An entry without daemon_options cannot make the load fail; only its own start
// can fail.
func checkDaemons(c *servicedef.Config) (warnings []error, err error) {
	files := make(outputFiles)
	wrong := slices.Clone(c.DistinctPidFiles(newDirectories().resolve))
	c.Walk(func(e *servicedef.Entry) {
		if e.Service == nil || e.Service.Kind() != servicedef.ByDaemon {
			return
		}
		if err := checkRotate(e); err != nil {
			wrong = append(wrong, err)
			return
		}
		o, err := parseDaemon(e.Service)
		switch {
		case len(e.Service.SvloopOptions()) == 0:
		case err != nil:
			wrong = append(wrong, err)
		default:
			wrong = append(wrong, checkOutput(e, o)...)
			wrong = append(wrong, files.add(e, o)...)
			warnings = append(warnings, checkTimeout(e, o)...)
		}
	})
	return warnings, errors.Join(wrong...)
}

// checkTimeout returns warnings about options that need longer than the timeout after
// which svctl kills the command.
func checkTimeout(e *servicedef.Entry, o *cmdline.Options) (warnings []error) {
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
	case o.ReadyTimeout != cmdline.Defaults().ReadyTimeout: // a timeout below the default is deliberate
		longer(o.ReadyTimeout, "the ready-timeout of %g seconds", o.ReadyTimeout.Seconds())
	}
	return warnings
}

package main

import (
	"errors"
	"fmt"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/invocation"
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

// checkDaemons reads the options of all daemon services, so that a mistake is
// told before anything is done, and not by svloop in the midst of a start.
func checkDaemons(services []*servicedef.Service) error {
	var all []error
	for _, service := range services {
		if len(service.DaemonOptions) == 0 {
			continue
		}
		if _, err := daemonOptions(service); err != nil {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

package main

import (
	"errors"
	"time"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/servicedef"
)

// statusOptions are the options of status.
type statusOptions struct {
	failed bool          // report only the services that are not as expected
	watch  time.Duration // report again after this time; 0: once
}

// statusWords are the options that only status has.
var statusWords = []string{"failed", "watch"}

func (o *options) statusFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.reporting.failed, "failed", false, "only services that are not as expected")
	f.Var(usageerror.Value(o.setWatch), "watch", "report again every 2 seconds, or =SECONDS")
	f.Lookup("watch").NoOptDefVal = defaultWatch
}

// defaultWatch is the number of seconds between two readings, as of watch(1).
const defaultWatch = "2"

func (o *options) setWatch(text string) error {
	d, ok := servicedef.ParseInterval(text)
	if !ok {
		return errors.New("want " + servicedef.IntervalRange)
	}
	o.reporting.watch = d
	return nil
}

func (o *options) checkStatus() error {
	switch {
	case o.reporting.watch == 0:
	case o.json:
		return wrong("options --json and --watch cannot be combined")
	case o.acts.quiet:
		return wrong("options --quiet and --watch cannot be combined")
	}
	return nil
}

package main

import "github.com/spf13/pflag"

// statusOptions are the options of status.
type statusOptions struct {
	failed bool // report only the services that are not as expected
}

// statusWords are the options that only status has.
var statusWords = []string{"failed"}

func (o *options) statusFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.reporting.failed, "failed", false, "")
}

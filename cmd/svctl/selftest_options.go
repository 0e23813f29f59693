package main

import "github.com/spf13/pflag"

// selftestOptions are the options of selftest.
type selftestOptions struct {
	yes bool // also test a running service
}

func (o *options) selftestFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.testing.yes, "yes", false, "also test a running service")
}

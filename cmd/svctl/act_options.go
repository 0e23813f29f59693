package main

import "github.com/spf13/pflag"

// actOptions are the options of the actions on services. Some that only read have --quiet
// too.
type actOptions struct {
	failFast bool // act on no further service after a failure
	quiet    bool // print no answer, only problems
}

func (o *options) actFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.acts.failFast, "fail-fast", false, "act on no further service after a failure")
	f.BoolVarP(&o.acts.quiet, "quiet", "q", false, "print only problems")
}

// checkQuiet refuses options whose only purpose is an answer.
func (o *options) checkQuiet() error {
	for _, other := range []struct {
		name string
		set  bool
	}{{"json", o.json}, {"dry-run", o.dryRun}, {"plugin", o.plugin.on}} {
		if o.acts.quiet && other.set {
			return wrong("options --quiet and --%s cannot be combined", other.name)
		}
	}
	return nil
}

package main

import "github.com/spf13/pflag"

// listOptions are the options of list.
type listOptions struct {
	names bool // print only the names
}

func (o *options) listFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.listing.names, "names", false, "print only the paths")
}

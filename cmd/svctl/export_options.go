package main

import "github.com/spf13/pflag"

// exportOptions are the options of export and unexport.
type exportOptions struct {
	install bool // write to the directories of the init system, and enable
	force   bool // overwrite edited files
}

func (o *options) exportFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.exporting.install, "install", false, "install and enable")
	f.BoolVar(&o.exporting.force, "force", false, "overwrite or remove edited files")
}

func (o *options) checkExport() error {
	if o.exporting.install && o.output != "" {
		return wrong("options --install and --output cannot be combined: --install determines the directory")
	}
	return nil
}

func (o *options) exportChanges() bool { return !o.dryRun && (o.exporting.install || o.output != "") }

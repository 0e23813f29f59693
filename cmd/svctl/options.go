package main

import (
	"errors"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/servicedef"
)

// options are the parsed command line.
type options struct {
	conf     string
	conftype string
	settings servicedef.Settings
	json     bool
	dryRun   bool
	names    bool // list: print only the names
	jobs     int
	output   string // export: the directory to write to
	install  bool   // export: write to the directories of the init system, and enable
	force    bool   // export: overwrite edited files
	yes      bool   // selftest: also test a running service
	super    superviseOptions
	help     bool
	manual   bool
	version  bool

	action string
	args   []string
}

// defaultJobs is how many services are acted on at a time. Most of them wait: for a command,
// or for a look at a new program.
const defaultJobs = 16

func (o *options) flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("svctl", pflag.ContinueOnError)
	f.SortFlags = false
	f.StringVar(&o.conf, "conf", "", "")
	f.StringVar(&o.conftype, "conftype", string(servicedef.Apache), "")
	f.StringVar(&o.settings.Log, "log", "", "")
	f.StringVar(&o.settings.LogFile, "logfile", "", "")
	f.StringVar(&o.settings.LogLevel, "loglevel", "", "")
	f.StringVar(&o.settings.LogName, "logname", "", "")
	f.BoolVar(&o.json, "json", false, "")
	f.BoolVarP(&o.dryRun, "dry-run", "n", false, "")
	f.BoolVar(&o.names, "names", false, "")
	o.jobs = defaultJobs
	f.VarP(usageerror.Value(o.setJobs), "jobs", "j", "")
	f.StringVar(&o.output, "output", "", "")
	f.BoolVar(&o.install, "install", false, "")
	f.BoolVar(&o.force, "force", false, "")
	f.BoolVar(&o.yes, "yes", false, "")
	o.superviseFlags(f)
	f.BoolVarP(&o.help, "help", "h", false, "")
	f.BoolVarP(&o.manual, "manual", "m", false, "")
	f.BoolVar(&o.version, "version", false, "")
	return f
}

// wrong returns a usage error.
func wrong(format string, args ...any) error { return usageerror.Wrong(format, args...) }

func (o *options) setJobs(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1000 {
		return errors.New("want a whole number from 1 to 1000")
	}
	o.jobs = n
	return nil
}

// parse parses the arguments after the program's name.
func parse(args []string) (*options, error) {
	o := &options{}
	flags := o.flags()
	if err := flags.Parse(args); err != nil {
		return nil, usageerror.Explain(flags, err)
	}
	words := flags.Args()
	if o.help || o.version || o.manual {
		if len(words) > 0 && words[0] == "supervise" {
			o.action = words[0] // it has a page of its own
		}
		return o, nil
	}
	if len(words) == 0 {
		return nil, wrong("no action given")
	}
	o.action, o.args = words[0], words[1:]
	return o, o.check(flags)
}

func (o *options) check(flags *pflag.FlagSet) error {
	a, known := actions[o.action]
	if !known {
		return usageerror.Unknown(o.action, actionNames(), "unknown action %q", o.action)
	}
	specific := []string{"json", "dry-run", "names", "jobs", "output", "install", "force", "yes"}
	for _, name := range append(specific, superviseWords...) {
		if flags.Changed(name) && !slices.Contains(a.options, name) {
			return wrong("option --%s has no meaning with %s", name, o.action)
		}
	}
	if o.install && o.output != "" {
		return wrong("options --install and --output cannot be combined: --install determines the directory")
	}
	if !slices.Contains([]string{string(servicedef.Apache), string(servicedef.JSON)}, o.conftype) {
		return wrong("option --conftype: %q is wrong: want apache or json", o.conftype)
	}
	for _, name := range []string{"conf", "logfile", "logname", "output", "pidfile", "store"} {
		if flags.Changed(name) && flags.Lookup(name).Value.String() == "" {
			return wrong("option --%s: \"\" is wrong: want a value", name)
		}
	}
	if o.action == "supervise" {
		if err := o.super.check(o.args); err != nil {
			return err
		}
		if o.json && !o.super.status {
			return wrong("option --json needs --status")
		}
	}
	// --log file needs no --logfile: the configuration may name the file.
	if err := o.settings.Over(servicedef.Settings{LogFile: "-"}).Check(); err != nil {
		return wrong("option --%v", err)
	}
	return nil
}

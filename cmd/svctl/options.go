package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/servicedef"
)

// options are the parsed command line.
type options struct {
	conf     string
	conftype string
	settings servicedef.Settings
	colour   string // when answers have colours
	json     bool
	dryRun   bool
	jobs     int
	timeout  time.Duration // of wait, metrics and check --plugin; 0: the default of the action
	output   string        // where export writes to
	help     bool
	manual   bool
	version  bool

	listing   listOptions
	exporting exportOptions
	testing   selftestOptions
	reporting statusOptions
	plugin    pluginOptions
	showing   logsOptions

	acts       actOptions
	waiting    waitOptions
	signalling signalOptions
	super      superviseOptions

	action string
	args   []string
}

// defaultJobs is how many services are acted on at a time. Most of them wait: for a command,
// or for a look at a new program.
const defaultJobs = 16

// flags returns all options. Those that only some actions have are in the table of the
// actions; those of one action, or of a few that belong together, are in a file of their own.
func (o *options) flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("svctl", pflag.ContinueOnError)
	f.SortFlags = false
	f.StringVar(&o.conf, "conf", "", "configuration file")
	f.StringVar(&o.conftype, "conftype", string(servicedef.Apache), "syntax of the configuration")
	f.StringVar(&o.settings.Log, "log", "", "destination of messages")
	f.StringVar(&o.settings.LogFile, "logfile", "", "file for --log file")
	f.StringVar(&o.settings.LogLevel, "loglevel", "", "least severe level to log")
	f.StringVar(&o.settings.LogName, "logname", "", "name at the start of messages")
	o.colourFlag(f)
	f.BoolVar(&o.json, "json", false, "print the answer as JSON")
	f.BoolVarP(&o.dryRun, "dry-run", o.letterN(false), false, "print what would be done, and do nothing")
	o.jobs = defaultJobs
	f.VarP(usageerror.Value(o.setJobs), "jobs", "j", "number of services to act on at a time")
	f.StringVar(&o.output, "output", "", "directory of export, file of metrics")
	f.VarP(usageerror.Value(o.setTimeout), "timeout", "t", "time limit in seconds")
	o.actFlags(f)
	o.waitFlags(f)
	o.listFlags(f)
	o.logsFlags(f)
	o.exportFlags(f)
	o.selftestFlags(f)
	o.statusFlags(f)
	o.pluginFlags(f)
	o.superviseFlags(f)
	f.BoolVarP(&o.help, "help", "h", false, "print the usage")
	f.BoolVarP(&o.manual, "manual", "m", false, "print the manual page")
	f.BoolVar(&o.version, "version", false, "print the version")
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

func (o *options) setTimeout(text string) error {
	d, ok := usageerror.Seconds(text, 1e6)
	if !ok || d == 0 {
		return errors.New("want a number of seconds above 0, at most 1000000")
	}
	o.timeout = d
	return nil
}

// parse parses the arguments after the program's name.
func parse(args []string) (*options, error) {
	o := &options{action: actionIn(args)} // the letters of some options depend on it
	flags := o.flags()
	if err := flags.Parse(args); err != nil {
		return nil, o.explain(flags, err, args)
	}
	words := flags.Args()
	o.action = ""
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
		return o.unknownAction()
	}
	if err := checkFlags(flags, o.action); err != nil {
		return err
	}
	if !slices.Contains([]string{string(servicedef.Apache), string(servicedef.JSON)}, o.conftype) {
		return wrong("option --conftype: %q is wrong: want apache or json", o.conftype)
	}
	// --log file needs no --logfile: the configuration may name the file.
	if err := o.settings.Over(servicedef.Settings{LogFile: "-"}).Check(); err != nil {
		return wrong("option --%v", err)
	}
	if err := o.checkQuiet(); err != nil {
		return err
	}
	if a.check != nil {
		return a.check(o)
	}
	return nil
}

// checkFlags returns an error for an option that the action does not use, or that has an
// empty value.
func checkFlags(flags *pflag.FlagSet, name string) (err error) {
	flags.VisitAll(func(f *pflag.Flag) {
		switch {
		case err != nil || !f.Changed:
		case !takes(name, f.Name):
			err = &usageerror.Error{Text: fmt.Sprintf("option --%s has no meaning with %s", f.Name, name), Hint: foreignOption(name, f.Name, "")}
		case f.Value.Type() == "string" && f.Value.String() == "":
			err = wrong("option --%s: \"\" is wrong: want a value", f.Name)
		}
	})
	return err
}

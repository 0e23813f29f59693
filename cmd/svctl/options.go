package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/pkg/servicedef"
	"github.com/svloop/svloop/pkg/suggest"
)

// options is the command line.
type options struct {
	conf     string
	conftype string
	settings servicedef.Settings
	json     bool
	dryRun   bool
	names    bool // of list: the names only
	jobs     int
	help     bool
	manual   bool
	version  bool

	action string
	args   []string
}

// defaultJobs is how many services are acted on at a time.
const defaultJobs = 8

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
	f.IntVarP(&o.jobs, "jobs", "j", defaultJobs, "")
	f.BoolVarP(&o.help, "help", "h", false, "")
	f.BoolVarP(&o.manual, "manual", "m", false, "")
	f.BoolVar(&o.version, "version", false, "")
	return f
}

// usageError is wrong usage: exit status 2, and nothing was run.
type usageError struct{ text, hint string }

func (e *usageError) Error() string { return e.text }

func wrong(format string, args ...any) error { return &usageError{text: fmt.Sprintf(format, args...)} }

// parse reads the words after the program's name.
func parse(args []string) (*options, error) {
	o := &options{}
	flags := o.flags()
	if err := flags.Parse(args); err != nil {
		return nil, explain(flags, err)
	}
	if o.help || o.version || o.manual {
		return o, nil
	}
	words := flags.Args()
	if len(words) == 0 {
		return nil, wrong("no action given")
	}
	o.action, o.args = words[0], words[1:]
	return o, o.check(flags)
}

func (o *options) check(flags *pflag.FlagSet) error {
	a, known := actions[o.action]
	if !known {
		e := &usageError{text: fmt.Sprintf("unknown action %q", o.action)}
		if near := suggest.Nearest(o.action, actionNames()); near != "" {
			e.hint = fmt.Sprintf("did you mean %q?", near)
		}
		return e
	}
	for _, option := range []struct {
		name    string
		allowed bool
	}{{"json", a.json}, {"dry-run", a.dryRun}, {"names", o.action == "list"}, {"jobs", a.jobs}} {
		if flags.Changed(option.name) && !option.allowed {
			return wrong("option --%s has no meaning with %s", option.name, o.action)
		}
	}
	if !slices.Contains([]string{string(servicedef.Apache), string(servicedef.JSON)}, o.conftype) {
		return wrong("option --conftype: %q is wrong: want apache or json", o.conftype)
	}
	if o.jobs < 1 || o.jobs > 1000 {
		return wrong("option --jobs: \"%d\" is wrong: want a whole number from 1 to 1000", o.jobs)
	}
	for _, name := range []string{"conf", "logfile", "logname"} {
		if flags.Changed(name) && flags.Lookup(name).Value.String() == "" {
			return wrong("option --%s: \"\" is wrong: want a value", name)
		}
	}
	// The configuration may name the file for --log file.
	if err := o.settings.Over(servicedef.Settings{LogFile: "-"}).Check(); err != nil {
		return wrong("option --%v", err)
	}
	return nil
}

// explain turns an error of the flag library into one line that names the
// option, the value and what is accepted.
func explain(flags *pflag.FlagSet, err error) error {
	var unknown *pflag.NotExistError
	var value *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if len(name) == 1 {
			return wrong("unknown option -%s", name)
		}
		e := &usageError{text: fmt.Sprintf("unknown option --%s", name)}
		var names []string
		flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := suggest.Nearest(name, names); near != "" {
			e.hint = fmt.Sprintf("did you mean --%s?", near)
		}
		return e
	case errors.As(err, &value):
		want := "true or false"
		if value.GetFlag().Name == "jobs" {
			want = "a whole number from 1 to 1000"
		}
		return wrong("option --%s: %q is wrong: want %s", value.GetFlag().Name, value.GetValue(), want)
	case errors.As(err, &missing):
		return wrong("option --%s needs a value", missing.GetFlag().Name)
	}
	return wrong("%s", strings.TrimPrefix(err.Error(), "pflag: "))
}

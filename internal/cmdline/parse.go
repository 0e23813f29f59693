package cmdline

import (
	"errors"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/spawn"
	"github.com/svloop/svloop/internal/usageerror"
)

// Parse parses the arguments after the program's name.
func Parse(args []string) (*Options, error) {
	o := Defaults()
	flags := o.Flags()
	if err := flags.Parse(spellings(flags, args)); err != nil {
		return nil, explain(flags, err)
	}
	o.Command = flags.Args()
	if o.Help || o.Manual || o.Version {
		return o, nil
	}
	if err := o.check(flags); err != nil {
		return nil, err
	}
	return o, nil
}

// explain adds a hint to a usage error. For an option that is not similar to any, the
// hint is --help, because a list of all options does not fit on a line.
func explain(flags *pflag.FlagSet, err error) error {
	var unknown *pflag.NotExistError
	var wrong *usageerror.Error
	explained := usageerror.Explain(flags, err)
	if errors.As(err, &unknown) && errors.As(explained, &wrong) && wrong.Hint == "" {
		return usageerror.Wrong("%s, see --help", wrong.Text)
	}
	return explained
}

// check rejects combinations without a meaning.
func (o *Options) check(flags *pflag.FlagSet) error {
	if o.Status || o.Quit {
		return o.checkQuestion()
	}
	if o.Json {
		return usageerror.Wrong("option --json needs --status")
	}
	if len(o.Command) == 0 {
		return usageerror.Wrong("no command given: want [OPTIONS] COMMAND [ARG...], see --help")
	}
	if o.Command[0] == "" {
		return usageerror.Wrong("the command is an empty string")
	}
	for _, name := range []string{"backoff", "max-failures"} {
		if flags.Changed(name) && o.Restart == OnSuccess {
			return usageerror.Wrong("option --%s needs --restart on-failure or always: otherwise the first failure stops the loop", name)
		}
	}
	if flags.Changed("survivors") && o.Pidfile == "" {
		return usageerror.Wrong("option --survivors needs --pidfile, which identifies survivors")
	}
	if flags.Changed("ready-timeout") && o.Ready.Kind == readiness.Exec {
		return usageerror.Wrong("option --ready-timeout needs another --ready than exec")
	}
	if err := o.distinct(func(a, b string) bool { return filepath.Clean(a) == filepath.Clean(b) }); err != nil {
		return err
	}
	if err := o.checkStreams(); err != nil {
		return err
	}
	return o.checkFiles()
}

// checkQuestion ignores all options for a start beside --status and --quit, as
// simplevisor-loop does, because scripts keep all options of a service in one variable. A
// usage error would exit with 2, which is an answer to --status. If both are given,
// --quit has precedence.
func (o *Options) checkQuestion() error {
	question := "status"
	if o.Quit {
		question = "quit"
		o.Status = false
	}
	o.Command = nil
	if o.Pidfile == "" {
		return usageerror.Wrong("option --%s needs --pidfile", question)
	}
	return nil
}

func (o *Options) checkStreams() error {
	for i, s := range o.Streams {
		if s.Kind == StreamSyslog && o.Survivors == AdoptSurvivors {
			return usageerror.Wrong("options --survivors adopt and --%s syslog cannot be combined: svloop copies that output, so the program could not outlive svloop", StreamNames[i])
		}
	}
	return nil
}

// Identify looks up the user and group on this host. An unknown name is a usage error.
func (o *Options) Identify() error {
	if o.Help || o.Manual || o.Version || o.Status || o.Quit || o.User == "" && o.Groups == nil {
		return nil
	}
	identity, err := spawn.LookupIdentity(o.User, o.Groups...)
	if errors.Is(err, spawn.ErrNoGroup) {
		return usageerror.Wrong("option --group: %v", err)
	}
	if err != nil {
		return usageerror.Wrong("option --user: %v", err)
	}
	o.Setup.Identity = identity
	return nil
}

package cmdline

import (
	"errors"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/spawn"
	"github.com/svloop/svloop/internal/usageerror"
)

// Parse reads the words after the program's name.
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

// explain says what is wrong, and of an option that is like none where they all
// are: they do not fit into a line.
func explain(flags *pflag.FlagSet, err error) error {
	var unknown *pflag.NotExistError
	var wrong *usageerror.Error
	explained := usageerror.Explain(flags, err)
	if errors.As(err, &unknown) && errors.As(explained, &wrong) && wrong.Hint == "" {
		return usageerror.Wrong("%s, see --help", wrong.Text)
	}
	return explained
}

// check refuses combinations that mean nothing.
func (o *Options) check(flags *pflag.FlagSet) error {
	if o.Status || o.Quit {
		return o.checkQuestion()
	}
	if o.Json {
		return usageerror.Wrong("option --json goes with --status")
	}
	if len(o.Command) == 0 {
		return usageerror.Wrong("no command given: want [OPTIONS] COMMAND [ARG...], see --help")
	}
	if o.Command[0] == "" {
		return usageerror.Wrong("the command is an empty word")
	}
	for _, name := range []string{"backoff", "max-failures"} {
		if flags.Changed(name) && o.Restart == OnSuccess {
			return usageerror.Wrong("option --%s goes with --restart on-failure or always: without, the first failure ends the loop", name)
		}
	}
	if flags.Changed("survivors") && o.Pidfile == "" {
		return usageerror.Wrong("option --survivors needs --pidfile: survivors are found by it")
	}
	if flags.Changed("ready-timeout") && o.Ready.Kind == readiness.Exec {
		return usageerror.Wrong("option --ready-timeout goes with --ready other than exec")
	}
	if err := o.distinct(func(a, b string) bool { return filepath.Clean(a) == filepath.Clean(b) }); err != nil {
		return err
	}
	return o.checkStreams()
}

// checkQuestion ignores everything that a start would need beside --status and
// --quit, as simplevisor-loop does: a script keeps all words of its service in one
// variable. Exit status 2 would be an answer to --status. With both, --quit counts.
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
			return usageerror.Wrong("options --survivors adopt and --%s syslog exclude each other: svloop carries that output, so the program could not outlive it", StreamNames[i])
		}
	}
	return nil
}

// Identify finds the user and group, which are those of this host: a wrong name
// is wrong usage.
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

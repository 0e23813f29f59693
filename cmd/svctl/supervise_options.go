package main

import (
	"errors"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/servicedef"
)

// superviseOptions are the options of supervise, except for those that override a setting.
type superviseOptions struct {
	daemon bool
	leave  bool // of --quit: leave the services as they are

	status, quit, reload, wakeUp bool // ask a running supervisor
}

// superviseWords are the options that only supervise has.
var superviseWords = []string{"daemon", "pidfile", "interval", "store", "status", "quit", "leave", "reload", "wake-up"}

func (o *options) superviseFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.super.daemon, "daemon", false, "supervise in the background")
	f.StringVar(&o.settings.PidFile, "pidfile", "", "pid file of the supervisor")
	f.StringVar(&o.settings.Store, "store", "", "file that keeps the restart windows")
	f.Var(usageerror.Value(o.setInterval), "interval", "seconds between two cycles")
	f.BoolVar(&o.super.status, "status", false, "report the state of the supervisor")
	f.BoolVar(&o.super.quit, "quit", false, "stop all services and end the supervisor")
	f.BoolVar(&o.super.leave, "leave", false, "with --quit: leave the services as they are")
	f.BoolVar(&o.super.reload, "reload", false, "read the configuration again")
	f.BoolVar(&o.super.wakeUp, "wake-up", false, "begin a cycle now")
}

func (o *options) setInterval(text string) error {
	d, ok := servicedef.ParseInterval(text)
	if !ok {
		return errors.New("want " + servicedef.IntervalRange)
	}
	o.settings.Interval = d
	return nil
}

// request returns the option that asks a running supervisor, "" if there is none.
func (o superviseOptions) request() string {
	switch {
	case o.status:
		return "status"
	case o.quit:
		return "quit"
	case o.reload:
		return "reload"
	case o.wakeUp:
		return "wake-up"
	}
	return ""
}

func (o *options) checkSupervise() error {
	given := 0
	for _, set := range []bool{o.super.status, o.super.quit, o.super.reload, o.super.wakeUp, o.super.daemon} {
		if set {
			given++
		}
	}
	switch {
	case given > 1:
		return wrong("options --daemon, --status, --quit, --reload and --wake-up cannot be combined")
	case o.super.leave && !o.super.quit:
		return wrong("option --leave needs --quit")
	case len(o.args) > 0:
		return &usageerror.Error{Text: "supervise takes no names: it supervises all services of the configuration", Hint: superviseWord(o.args[0])}
	case o.json && !o.super.status:
		return wrong("option --json needs --status")
	}
	return nil
}

// superviseWord returns the hint for an action of init scripts, "" for other words.
func superviseWord(word string) string {
	switch word {
	case "start":
		return "use: svctl supervise --daemon"
	case "stop":
		return "use: svctl supervise --quit"
	case "status", "reload":
		return "use: svctl supervise --" + word
	}
	return ""
}

func (o *options) superviseChanges() bool { return !o.super.status }

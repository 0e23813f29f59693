package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/nagios"
	"github.com/svloop/svloop/internal/usageerror"
)

// pluginOptions are the options of check for monitoring systems. The letters are those of
// the Monitoring Plugins Development Guidelines.
type pluginOptions struct {
	on                bool
	warning, critical *threshold
}

// threshold is a limit on the restarts of a service.
type threshold struct {
	nagios.Range
	within time.Duration // 0: since svloop started
}

// pluginTimeout is the time limit of a plugin without --timeout, as the guidelines
// recommend.
const pluginTimeout = 10 * time.Second

// pluginWords are the options that only check has.
var pluginWords = []string{"plugin", "warning", "critical"}

func (o *options) pluginFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.plugin.on, "plugin", false, "act as a plugin of a monitoring system")
	f.VarP(usageerror.Value(func(text string) error { return setThreshold(&o.plugin.warning, text) }), "warning", "w", "limit of restarts for a warning")
	f.VarP(usageerror.Value(func(text string) error { return setThreshold(&o.plugin.critical, text) }), "critical", "c", "limit of restarts for a critical state")
}

var errThreshold = errors.New("want RANGE or RANGE/SECONDS, such as 5, @1:5 or 5/3600")

// maxWithin is the longest time of a threshold, in seconds.
const maxWithin = 1e9

func setThreshold(to **threshold, text string) error {
	text, seconds, timed := strings.Cut(text, "/")
	r, err := nagios.ParseRange(text)
	t := &threshold{Range: r}
	if timed {
		var ok bool
		if t.within, ok = usageerror.Seconds(seconds, maxWithin); !ok || t.within == 0 {
			err = errThreshold
		}
	}
	if err != nil {
		return errThreshold
	}
	*to = t
	return nil
}

func (o *options) checkPlugin() error {
	p := o.plugin
	switch {
	case !p.on && (p.warning != nil || p.critical != nil || o.timeout != 0):
		return wrong("options --warning, --critical and --timeout need --plugin")
	case p.on && o.json:
		return wrong("options --plugin and --json cannot be combined")
	}
	return nil
}

// isPlugin reports whether a command line that may be wrong is that of a plugin.
func isPlugin(args []string) bool {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return slices.ContainsFunc(args, func(arg string) bool {
		value, given := strings.CutPrefix(arg, "--plugin=")
		on, err := strconv.ParseBool(value)
		return arg == "--plugin" || given && (on || err != nil)
	})
}

package supervised

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/internal/readiness"
)

// beyond are the options for which svloop is needed, as they were given.
func (v *supervisor) beyond(s *export.Source) []string {
	o, standard := s.Options, invocation.Defaults()
	var all []string
	need := func(needed bool, format string, args ...any) {
		if needed {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	need(o.Restart == invocation.OnSuccess && o.Count != 1, "--count %d", o.Count)
	need(o.Sleep > 0, "--sleep %s", export.Seconds(o.Sleep))
	need(o.Restart == invocation.OnFailure, "--restart on-failure")
	need(o.BackoffMin != standard.BackoffMin || o.BackoffMax != standard.BackoffMax,
		"--backoff %s:%s", export.Seconds(o.BackoffMin), export.Seconds(o.BackoffMax))
	need(o.MaxFailures > 0, "--max-failures %d/%s", o.MaxFailures, export.Seconds(o.Within))
	need(o.Timeout > 0, "--timeout %s", export.Seconds(o.Timeout))
	need(o.KillSpec != nil && !v.stops(o.KillSpec), "--kill-spec %q", o.KillSpec)
	need(o.Ready.Kind != readiness.Exec && !(v.descriptor && o.Ready.Kind == readiness.FD), "--ready %q", o.Ready)
	need(o.Watchdog > 0, "--watchdog %s", export.Seconds(o.Watchdog))
	for i, stream := range o.Streams[1:] {
		// svloop opens the file anew at SIGHUP.
		name := invocation.StreamNames[i+1]
		need(stream.Kind == invocation.StreamFile, "--%s %q", name, stream.Path)
		need(stream.Kind == invocation.StreamSyslog, "--%s syslog", name)
	}
	need(o.User != "" && !plainUser.MatchString(o.User), "--user %q", o.User)
	need(o.Groups != nil, "--group %q", strings.Join(o.Groups, ","))
	need(o.Setup.Root != "", "--chroot %q", o.Setup.Root)
	for _, limit := range o.Setup.Rlimits {
		// prlimit(1) fails where svloop takes the highest number that is permitted.
		need(limit.Name == "nofile" && limit.Hard == math.MaxUint64, "--rlimit %s", limit)
	}
	need(o.EnvFile != "", "--env-file %q", o.EnvFileText())
	need(!assignable(o), "--env")
	// svloop has a PATH of its own for a program without one.
	need(o.ClearEnv && !strings.Contains(o.Command[0], "/") && !export.Sets(o, "PATH"), "--clear-env")
	return all
}

// plainUser is a name that is no number, and no pattern of grep(1).
var plainUser = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// plainVariable is what env(1) takes for a variable, and for no option.
var plainVariable = regexp.MustCompile(`^[A-Za-z_][^=]*=`)

// assignable reports whether env(1) takes the variables for variables, and the
// program for none.
func assignable(o *invocation.Options) bool {
	for _, pair := range o.Env {
		if !plainVariable.MatchString(pair) {
			return false
		}
	}
	return !strings.Contains(o.Command[0], "=")
}

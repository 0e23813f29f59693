package systemd

import (
	"slices"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/importing/entry"
)

// endBySignal is a note: systemd treats termination by these signals as
// success, because it often sent them itself (systemd.service(5), table "Exit
// causes").
const endBySignal = "not the same: %s: svloop treats termination by HUP, INT, TERM or PIPE as a failure"

// restart translates when the program is restarted.
func (u *unit) restart(e *entry.Entry) {
	s := u.Last("Service", "Restart")
	if s == nil || s.Value == "no" {
		return
	}
	switch s.Value {
	case "always":
		e.AddOption("--restart", s.Value)
	case "on-failure":
		e.AddOption("--restart", s.Value)
		e.AddNote(s.Line, endBySignal, s)
	case "on-abnormal", "on-abort", "on-watchdog":
		e.AddOption("--restart", "on-failure")
		e.AddNote(s.Line, "not the same: %s: svloop restarts after every kind of failure", s)
	case "on-success":
		e.AddOption("--count", "0") // overrides the -c 1 that svctl adds
		e.AddNote(s.Line, endBySignal, s)
		if d, pause := u.timespan(e, "Service", "RestartSec"); pause != nil {
			e.AddOption("--sleep", entry.Seconds(d))
		}
		return
	default:
		e.NoEquivalent(s.Line, s.String())
		return
	}
	u.delays(e)
	u.limit(e)
}

// systemdDelay is the default of RestartSec= (systemd-system.conf(5),
// DefaultRestartSec).
const systemdDelay = 100 * time.Millisecond

// delays translates the delays before restarts. They are constant, unless
// RestartMaxDelaySec= makes them grow.
func (u *unit) delays(e *entry.Entry) {
	least, s := u.timespan(e, "Service", "RestartSec")
	most, longer := u.timespan(e, "Service", "RestartMaxDelaySec")
	if s == nil {
		least = systemdDelay
	} else if least == 0 {
		e.AddNote(s.Line, "not the same: %s: svloop backs off: it waits longer after each failure", s)
	}
	switch {
	case longer != nil:
		e.AddNote(longer.Line, "not the same: %s: svloop doubles the delay each time", longer)
		e.AddOption("--backoff", entry.Seconds(least)+":"+entry.Seconds(max(least, most)))
	case s != nil && least > 0:
		e.AddOption("--backoff", entry.Seconds(least)+":"+entry.Seconds(least))
	}
}

// limit translates how many starts in what time are too many, systemd.unit(5).
// Old names and [Service] are accepted, as in systemd.
func (u *unit) limit(e *entry.Entry) {
	within, burst := 10*time.Second, "5"
	var given []*entry.Setting
	for _, section := range []string{"Service", "Unit"} {
		for _, key := range []string{"StartLimitInterval", "StartLimitIntervalSec"} {
			if d, s := u.timespan(e, section, key); s != nil {
				within, given = d, append(given, s)
			}
		}
		if s := u.Last(section, "StartLimitBurst"); s != nil {
			burst, given = s.Value, append(given, s)
		}
	}
	if len(given) == 0 || within == 0 || burst == "0" {
		return // no limit is the default of svloop
	}
	if !e.AddOption("--max-failures", burst+"/"+entry.Seconds(within)) {
		for _, s := range given {
			e.NoEquivalent(s.Line, s.String())
		}
	}
}

// readiness translates when the program is ready, and the time limits of the
// start and of a run.
func (u *unit) readiness(e *entry.Entry, notify bool) {
	if notify {
		limit := u.timeout(e, systemdTimeout, "TimeoutSec", "TimeoutStartSec")
		e.AddOption("--ready", "notify")
		e.AddOption("--ready-timeout", entry.Seconds(limit))
		e.Allow(limit + entry.Margin)
	}
	for _, key := range []struct{ name, option string }{{"RuntimeMaxSec", "--timeout"}, {"WatchdogSec", "--watchdog"}} {
		d, s := u.timespan(e, "Service", key.name)
		if s != nil && 0 < d && d < entry.Longest {
			e.AddOption(key.option, entry.Seconds(d))
		}
	}
}

// stopping translates how the program is stopped, even if the unit does not
// mention it: the grace period of systemd is much longer than that of svloop.
func (u *unit) stopping(e *entry.Entry) {
	first, final := "TERM", "KILL"
	for _, key := range []struct {
		name string
		to   *string
	}{{"KillSignal", &first}, {"FinalKillSignal", &final}} {
		s := u.Last("Service", key.name)
		if s == nil {
			continue
		}
		if trial := (&entry.Entry{}); !trial.AddOption("--kill-spec", s.Value) || strings.ContainsAny(s.Value, " /") {
			e.NoEquivalent(s.Line, s.String())
			continue
		}
		*key.to = strings.TrimPrefix(s.Value, "SIG")
	}
	grace := u.timeout(e, systemdTimeout, "TimeoutSec", "TimeoutStopSec")
	spec := first + "/" + entry.Seconds(grace)
	if s := u.Last("Service", "SendSIGKILL"); s == nil || isYes(s) {
		spec += " " + final
	}
	e.AddOption("--kill-spec", spec)
	e.Allow(grace + entry.Margin)
	for _, s := range u.Of("Service", "KillMode") {
		s.Taken = s.Value == "control-group" // svloop terminates all descendants, too
	}
}

// streams translates where the output goes.
func (u *unit) streams(e *entry.Entry) {
	if in := u.stream(e, "StandardInput", ""); in != "" {
		e.AddOption("--stdin", in)
	}
	out := u.stream(e, "StandardOutput", "")
	e.SetOutput(out, u.stream(e, "StandardError", out))
}

// stream returns the destination of a stream in the syntax of svloop. By default error
// output goes where the output goes.
func (u *unit) stream(e *entry.Entry, key, inherited string) string {
	s := u.Last("Service", key)
	to := inherited
	if s != nil && s.Value != "inherit" {
		to = u.streamTarget(e, s)
		if to == "" {
			e.NoEquivalent(s.Line, s.String())
		}
	}
	return to
}

// streamTarget returns the destination in the syntax of svloop, or "" if there
// is none.
func (u *unit) streamTarget(e *entry.Entry, s *entry.Setting) string {
	how, path, _ := strings.Cut(u.name.expand(s.Value), ":")
	switch {
	case s.Value == "null":
		return "null"
	case s.Key == "StandardInput":
		if how == "file" && strings.HasPrefix(path, "/") {
			return path
		}
	case slices.Contains([]string{"journal", "syslog"}, s.Value):
		return "syslog"
	case how == "append" && strings.HasPrefix(path, "/"):
		return path
	case (how == "file" || how == "truncate") && strings.HasPrefix(path, "/"):
		e.AddNote(s.Line, "not the same: %s: svloop appends to the file", s)
		return path
	}
	return ""
}

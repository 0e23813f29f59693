package importing

import (
	"slices"
	"strings"
	"time"
)

// endBySignal is the note on what systemd takes for a success, as it has asked
// for it with such a signal as often as not (systemd.service(5), table "Exit
// causes").
const endBySignal = "not the same: %s: an end by HUP, INT, TERM or PIPE is a failure here"

// restart says when the program is run again.
func (u *unit) restart(e *Entry) {
	s := u.last("Service", "Restart")
	if s == nil || s.value == "no" {
		return
	}
	switch s.value {
	case "always":
		e.option("--restart", s.value)
	case "on-failure":
		e.option("--restart", s.value)
		e.note(s.line, endBySignal, s)
	case "on-abnormal", "on-abort", "on-watchdog":
		e.option("--restart", "on-failure")
		e.note(s.line, "not the same: %s: svloop makes no difference between failures", s)
	case "on-success":
		e.option("--count", "0") // in place of the 1 that svctl gives
		e.note(s.line, endBySignal, s)
		if d, pause := u.timespan(e, "Service", "RestartSec"); pause != nil {
			e.option("--sleep", seconds(d))
		}
		return
	default:
		e.noEquivalent(s.line, s.String())
		return
	}
	u.delays(e)
	u.limit(e)
}

// systemdDelay is the time between two runs when a unit says nothing of it
// (systemd-system.conf(5), DefaultRestartSec).
const systemdDelay = 100 * time.Millisecond

// delays are those between two runs: systemd's are all the same, unless
// RestartMaxDelaySec= has them grow.
func (u *unit) delays(e *Entry) {
	least, s := u.timespan(e, "Service", "RestartSec")
	most, longer := u.timespan(e, "Service", "RestartMaxDelaySec")
	if s == nil {
		least = systemdDelay
	} else if least == 0 {
		e.note(s.line, "not the same: %s: svloop waits, and longer after each failure", s)
	}
	switch {
	case longer != nil:
		e.note(longer.line, "not the same: %s: svloop doubles the delay each time", longer)
		e.option("--backoff", seconds(least)+":"+seconds(max(least, most)))
	case s != nil && least > 0:
		e.option("--backoff", seconds(least)+":"+seconds(least))
	}
}

// limit is how many starts are too many, systemd.unit(5); the keys had other
// names and stood in [Service] once.
func (u *unit) limit(e *Entry) {
	within, burst := 10*time.Second, "5"
	var given []*setting
	for _, section := range []string{"Service", "Unit"} {
		for _, key := range []string{"StartLimitInterval", "StartLimitIntervalSec"} {
			if d, s := u.timespan(e, section, key); s != nil {
				within, given = d, append(given, s)
			}
		}
		if s := u.last(section, "StartLimitBurst"); s != nil {
			burst, given = s.value, append(given, s)
		}
	}
	if len(given) == 0 || within == 0 || burst == "0" {
		return // there is no limit, as svloop has it
	}
	if !e.option("--max-failures", burst+"/"+seconds(within)) {
		for _, s := range given {
			e.noEquivalent(s.line, s.String())
		}
	}
}

// readiness says when the program has started, and how long that and a run may
// take.
func (u *unit) readiness(e *Entry, notify bool) {
	if notify {
		limit := u.timeout(e, systemdTimeout, "TimeoutSec", "TimeoutStartSec")
		e.option("--ready", "notify")
		e.option("--ready-timeout", seconds(limit))
		e.allow(limit + margin)
	}
	for _, key := range []struct{ name, option string }{{"RuntimeMaxSec", "--timeout"}, {"WatchdogSec", "--watchdog"}} {
		d, s := u.timespan(e, "Service", key.name)
		if s != nil && 0 < d && d < longest {
			e.option(key.option, seconds(d))
		}
	}
}

// stopping says how the program is ended. This is said even if the unit does
// not: systemd gives a program much longer than svloop.
func (u *unit) stopping(e *Entry) {
	first, final := "TERM", "KILL"
	for _, key := range []struct {
		name string
		to   *string
	}{{"KillSignal", &first}, {"FinalKillSignal", &final}} {
		s := u.last("Service", key.name)
		if s == nil {
			continue
		}
		if trial := (&Entry{}); !trial.option("--kill-spec", s.value) || strings.ContainsAny(s.value, " /") {
			e.noEquivalent(s.line, s.String())
			continue
		}
		*key.to = strings.TrimPrefix(s.value, "SIG")
	}
	grace := u.timeout(e, systemdTimeout, "TimeoutSec", "TimeoutStopSec")
	spec := first + "/" + seconds(grace)
	if s := u.last("Service", "SendSIGKILL"); s == nil || s.yes() {
		spec += " " + final
	}
	e.option("--kill-spec", spec)
	e.allow(grace + margin)
	for _, s := range u.of("Service", "KillMode") {
		s.taken = s.value == "control-group" // all that came of the program
	}
}

// streams say where the output goes.
func (u *unit) streams(e *Entry) {
	u.stream(e, "StandardInput", "--stdin", "")
	out := u.stream(e, "StandardOutput", "--stdout", "")
	u.stream(e, "StandardError", "--stderr", out)
}

// stream sets a stream and returns where it leads. Error output without a word
// about it goes where the output goes.
func (u *unit) stream(e *Entry, key, option, inherited string) string {
	s := u.last("Service", key)
	to := inherited
	if s != nil && s.value != "inherit" {
		to = u.streamTarget(e, s)
		if to == "" {
			e.noEquivalent(s.line, s.String())
		}
	}
	if to != "" {
		e.option(option, to)
	}
	return to
}

// streamTarget returns what svloop has for a target, "" for nothing.
func (u *unit) streamTarget(e *Entry, s *setting) string {
	how, path, _ := strings.Cut(u.name.expand(s.value), ":")
	switch {
	case s.value == "null":
		return "null"
	case s.key == "StandardInput":
		if how == "file" && strings.HasPrefix(path, "/") {
			return path
		}
	case slices.Contains([]string{"journal", "syslog"}, s.value):
		return "syslog"
	case how == "append" && strings.HasPrefix(path, "/"):
		return path
	case (how == "file" || how == "truncate") && strings.HasPrefix(path, "/"):
		e.note(s.line, "not the same: %s: svloop appends to the file", s)
		return path
	}
	return ""
}

package main

import (
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/matching"
	"github.com/svloop/svloop/internal/nagios"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// pluginVerdict is what a plugin reports about a service.
type pluginVerdict struct {
	state nagios.State
	text  string
	perf  []nagios.Perf
}

// pluginState returns the state of a service for monitoring. A service that should run is
// critical if it does not, except between two runs: svloop starts it again.
func pluginState(s *servicedef.Service, found control.Status) nagios.State {
	switch {
	case control.AsExpected(s, found.Code):
		return nagios.OK
	case found.State == pidfile.Unknown || found.State == pidfile.Stuck:
		return nagios.Unknown
	case s.Expected == servicedef.Stopped || found.State == pidfile.Restarting:
		return nagios.Warning
	}
	return nagios.Critical
}

// judge compares the state of a service with the expected state, and its restarts with
// the limits.
func (p pluginOptions) judge(s *servicedef.Service, found control.Status) pluginVerdict {
	v := pluginVerdict{state: pluginState(s, found), text: s.Path + ": " + found.Detail}
	switch {
	case v.state == nagios.OK:
		v.text += ", as expected"
	case v.state != nagios.Unknown:
		v.text += ", not expected"
	}
	if n := restarts(s, found); n > s.MaxRestarts.Number {
		v.add(nagios.Warning, fmt.Sprintf("restarted %s within %s", printable.Count(n, "time"), s.MaxRestarts.Within))
	}
	none, worst := 0.0, float64(nagios.Unknown)
	v.perf = []nagios.Perf{{Label: s.Path, Min: &none, Max: &worst}}
	p.judgeRestarts(&v, s, found)
	v.perf[0].Value = float64(v.state)
	if found.Code == lsb.Running && len(found.PIDs) > 0 {
		if u, ok := matching.UsageOf(found.PIDs[0]); ok {
			uptime := float64(max(0, time.Since(u.Started).Milliseconds())) / 1000
			v.perf = append(v.perf, nagios.Perf{Label: s.Path + "_uptime", Value: uptime, Unit: "s", Min: &none})
		}
	}
	return v
}

// add makes the verdict worse.
func (v *pluginVerdict) add(state nagios.State, text string) {
	v.state = nagios.Worse(v.state, state)
	v.text += ", " + text
}

// judgeRestarts adds the number of restarts, and compares it with the limits. If both
// limits are for the same time, there is one number.
func (p pluginOptions) judgeRestarts(v *pluginVerdict, s *servicedef.Service, found control.Status) {
	r := found.Record
	if r == nil {
		limited := p.warning != nil || p.critical != nil
		if limited && s.Kind() == servicedef.ByDaemon && s.Expected == servicedef.Running && found.State.Alive() {
			v.add(nagios.Unknown, "its restarts can be read only by its user and root")
		}
		return
	}
	none := 0.0
	var perf []nagios.Perf
	number := func(within time.Duration) *nagios.Perf {
		label, value, unit := s.Path+"_restarts", r.Restarts(), "c"
		if within > 0 {
			label, value, unit = fmt.Sprintf("%s_%gs", label, within.Seconds()), r.RestartsWithin(within), ""
		}
		for i := range perf {
			if perf[i].Label == label {
				return &perf[i]
			}
		}
		perf = append(perf, nagios.Perf{Label: label, Value: float64(value), Unit: unit, Min: &none})
		return &perf[len(perf)-1]
	}
	number(0)
	alerted := false
	for _, limit := range []struct {
		*threshold
		state nagios.State
	}{{p.critical, nagios.Critical}, {p.warning, nagios.Warning}} {
		if limit.threshold == nil || s.Expected != servicedef.Running {
			continue
		}
		n := number(limit.within)
		if limit.state == nagios.Critical {
			n.Critical = &limit.Range
		} else {
			n.Warning = &limit.Range
		}
		if limit.Alerts(n.Value) && !alerted {
			alerted = true
			v.add(limit.state, fmt.Sprintf("restarted %s (%s: %s)", limit.describe(int(n.Value)), limit.state, limit.Range))
		}
	}
	v.perf = append(v.perf, perf...)
}

// describe returns a number of restarts in words.
func (t threshold) describe(n int) string {
	text := printable.Count(n, "time")
	if t.within > 0 {
		text += fmt.Sprintf(" within %s", t.within)
	}
	return text
}

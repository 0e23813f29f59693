package control

import (
	"fmt"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// describeRefusal returns a plan in one line, with the code of a refusal.
func describeRefusal(p Plan) string {
	if p.Code != lsb.Done {
		return fmt.Sprintf("%d: %s", p.Code, p.Text)
	}
	return describePlan(p)
}

// TestDecideRunning tests the actions that need a running service, in every state. An
// asterisk stands for the steps of a restart in that state.
func TestDecideRunning(t *testing.T) {
	t.Parallel()
	type wants struct{ reload, force, try, tryStop, signal string }
	states := []struct {
		name   string
		status Status
		want   wants
	}{
		{"running", Status{Code: lsb.Running, State: pidfile.Running},
			wants{"reload", "reload", "*", "stop", "signal"}},
		{"running, with a program", Status{Code: lsb.Running, State: pidfile.Running, Record: &pidfile.Record{Program: 7, Ready: true}},
			wants{"reload", "reload", "*", "stop", "signal"}},
		{"between two runs", Status{Code: lsb.Running, State: pidfile.Running, Record: &pidfile.Record{}},
			wants{"(not reloaded: it is between two runs, and the next one reads the configuration)", "(not reloaded: it is between two runs, and the next one reads the configuration)",
				"*", "stop", "7: cannot signal: it is between two runs"}},
		{"stopping", Status{Code: lsb.Running, State: pidfile.Running, Record: &pidfile.Record{Program: 7, Ready: true, Stopping: true}},
			wants{"7: cannot reload: it is being stopped", "7: cannot reload: it is being stopped", "*", "stop", "signal"}},
		{"starting", Status{Code: lsb.Running, State: pidfile.Starting, Record: &pidfile.Record{Program: 7}},
			wants{"ready, reload", "ready, reload", "*", "stop", "signal"}},
		{"restarting", Status{Code: lsb.DeadPIDFile, State: pidfile.Restarting, Detail: "r"},
			wants{"7: cannot reload: it is r", "7: cannot reload: it is r", "*", "stop", "7: cannot signal: it is r"}},
		{"dead", Status{Code: lsb.DeadPIDFile, State: pidfile.Dead, Detail: "d"},
			wants{"7: cannot reload: it is d", "7: cannot reload: it is d", "(not running)", "(not running)", "7: cannot signal: it is d"}},
		{"dead with a lock", Status{Code: lsb.DeadLock, State: pidfile.Dead, Detail: "d"},
			wants{"7: cannot reload: it is d", "7: cannot reload: it is d", "(not running)", "(not running)", "7: cannot signal: it is d"}},
		{"stopped", Status{Code: lsb.NotRunning, State: pidfile.Stopped, Detail: "n"},
			wants{"7: cannot reload: it is n", "7: cannot reload: it is n", "(not running)", "(not running)", "7: cannot signal: it is n"}},
		{"failed", Status{Code: lsb.NotRunning, State: pidfile.Failed, Detail: "f"},
			wants{"7: cannot reload: it is f", "7: cannot reload: it is f", "(not running)", "(not running)", "7: cannot signal: it is f"}},
		{"stuck", Status{Code: lsb.Unknown, State: pidfile.Stuck, Detail: "s"},
			wants{"1: cannot reload: it is s", "1: cannot reload: it is s", "1: cannot restart: it is s", "1: cannot restart: it is s", "1: cannot signal: it is s"}},
		{"unknown", Status{Code: lsb.Unknown, State: pidfile.Unknown, Detail: "u"},
			wants{"1: cannot reload: it is u", "1: cannot reload: it is u", "1: cannot restart: it is u", "1: cannot restart: it is u", "1: cannot signal: it is u"}},
		{"a code beyond LSB", Status{Code: 150, State: pidfile.Unknown, Detail: "b"},
			wants{"1: cannot reload: it is b", "1: cannot reload: it is b", "1: cannot restart: it is b", "1: cannot restart: it is b", "1: cannot signal: it is b"}},
	}
	d := newDriven(t, "0", behaviour{})
	for _, service := range []struct{ name, keys string }{
		{"daemon, signal", "start = s\ndaemon = /p\nreload = HUP"},
		{"daemon, command", "start = s\ndaemon = /p\nreload = r"},
		{"daemon, none", "start = s\ndaemon = /p"},
		{"process table, signal", "start = s\nreload = SIGUSR1"},
		{"commands, command", "start = s\nstop = x\nstatus = y\nreload = r"},
		{"control", "control = c"},
		{"control, command", "control = c\nreload = r"},
	} {
		s := d.service(service.keys)
		for _, state := range states {
			want := state.want
			restart := Decide(servicedef.Restart, state.status, s)
			if s.ReloadSignal == 0 && s.HasReload() && strings.Contains(want.reload, "two runs") || s.ReloadSignal == 0 && s.HasReload() && strings.Contains(want.reload, "being stopped") {
				want.reload, want.force = "reload", "reload"
			}
			switch {
			case !s.HasReload():
				want.reload = "3: cannot reload: the entry has no reload"
				if state.status.Code == lsb.Running || state.status.State == pidfile.Restarting {
					want.force = describePlan(restart)
				}
			case mayLackReload(s) && strings.HasSuffix(want.force, "reload"):
				want.force += "; instead restart"
			}
			if want.try == "*" {
				want.try = describePlan(restart)
			}
			if !s.HasProgram() {
				want.signal = "3: cannot signal: its main process is not known, because commands drive it"
			}
			for action, want := range map[servicedef.Action]string{
				servicedef.Reload: want.reload, servicedef.ForceReload: want.force, servicedef.TryRestart: want.try,
				servicedef.TryStop: want.tryStop, servicedef.SendSignal: want.signal,
			} {
				if got := describeRefusal(Decide(action, state.status, s)); got != want {
					t.Errorf("%s, %s, %s: got %q, want %q", service.name, action, state.name, got, want)
				}
			}
		}
	}
}

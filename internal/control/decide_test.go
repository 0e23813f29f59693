package control

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// describePlan returns a plan in one line.
func describePlan(p Plan) string {
	words := func(steps []Step) string {
		var all []string
		for _, step := range steps {
			text := string(step.Kind)
			if step.Unproven {
				text += " (unproven)"
			}
			all = append(all, text)
		}
		return strings.Join(all, ", ")
	}
	text := words(p.Steps)
	if p.Text != "" {
		text += "(" + p.Text + ")"
	}
	if p.Instead != nil {
		text += "; instead " + words(p.Instead)
	}
	return text
}

// TestDecide tests every action in every state of every kind of service.
func TestDecide(t *testing.T) {
	t.Parallel()
	states := []struct {
		name           string
		status         Status
		start, stop    string
		stopAndRestart string // for a service without a restart command
	}{
		{"running", Status{Code: lsb.Running, State: pidfile.Running}, "(already running)", "stop", "stop, start"},
		{"starting", Status{Code: lsb.Running, State: pidfile.Starting}, "wait", "stop", "stop, start"},
		{"restarting", Status{Code: lsb.DeadPIDFile, State: pidfile.Restarting}, "clean up, start", "stop", "stop, start"},
		{"dead", Status{Code: lsb.DeadPIDFile, State: pidfile.Dead}, "clean up, start", "stop", "stop, start"},
		{"dead with a lock", Status{Code: lsb.DeadLock, State: pidfile.Dead}, "clean up, start", "stop", "stop, start"},
		{"stopped", Status{Code: lsb.NotRunning, State: pidfile.Stopped}, "start", "(already stopped)", "start"},
		{"failed", Status{Code: lsb.NotRunning, State: pidfile.Failed}, "start", "forget", "forget, start"},
		{"stuck", Status{Code: lsb.Unknown, State: pidfile.Stuck}, "clean up, start (unproven)", "stop", "stop, start"},
		{"unknown", Status{Code: lsb.Unknown, State: pidfile.Unknown}, "clean up, start (unproven)", "stop", "stop, start"},
		{"a code beyond LSB", ofCode(150, ""), "clean up, start (unproven)", "stop", "stop, start"},
	}
	services := []struct {
		name, keys, restart string // restart "": stop and start; %s is replaced by the steps of stop and start
	}{
		{"control", "control = c", "restart; instead %s"},
		{"control, stop+start", "control = c\nrestart = stop+start", ""},
		{"control, restart of its own", "control = c\nrestart = r", "restart"},
		{"daemon", "start = s\ndaemon = /p", ""},
		{"daemon, restart of its own", "start = s\ndaemon = /p\nrestart = r", "restart"},
		{"process table", "start = s", ""},
		{"commands", "start = s\nstop = x\nstatus = y", ""},
		{"commands, restart of its own", "start = s\nstop = x\nstatus = y\nrestart = r", "restart"},
	}
	d := newDriven(t, "0", behaviour{})
	for _, service := range services {
		s := d.service(service.keys)
		for _, state := range states {
			restart := state.stopAndRestart
			switch {
			case strings.Contains(service.restart, "%s"):
				restart = fmt.Sprintf(service.restart, restart)
			case service.restart != "":
				restart = service.restart
			}
			for action, want := range map[servicedef.Action]string{
				servicedef.Start: state.start, servicedef.Stop: state.stop, servicedef.Restart: restart, servicedef.Status: "",
			} {
				plan := Decide(action, state.status, s)
				if got := describePlan(plan); got != want {
					t.Errorf("%s, %s, %s: got %q, want %q", service.name, action, state.name, got, want)
				}
				nothing := []string{"", "wait", "forget", "(already running)", "(already stopped)"}
				if plan.Changes() == slices.Contains(nothing, want) {
					t.Errorf("%s, %s, %s: the plan %q: changes is %v", service.name, action, state.name, want, plan.Changes())
				}
			}
		}
	}
}

// TestCommands joins the commands of the steps.
func TestCommands(t *testing.T) {
	t.Parallel()
	s := newDriven(t, "0", behaviour{}).service("control = c")
	var got []string
	for _, step := range Commands([]Step{{Kind: CleanUp}, {Kind: Forget}, {Kind: Stop}, {Kind: Wait}, {Kind: Start}, {Kind: Restart}}, s, "svloop") {
		got = append(got, strings.Join(step.Argv, " "))
	}
	if want := "c stop, c stop, c stop, c start, c restart"; strings.Join(got, ", ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

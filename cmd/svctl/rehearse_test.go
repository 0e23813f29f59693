package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/pkg/servicedef"
)

// fake is a program that controls an imaginary service, and records its calls. Its file
// "state" holds the exit status of "status".
const fake = `#!/bin/sh
for action; do :; done
case $action in
status|--status)
	read -r state <'DIR/state'
	exit "$state" ;;
stop|--quit)
	code=3 ;;
*)
	code=0 ;;
esac
echo "$0 $*" >>'DIR/calls'
echo $code >'DIR/state'
`

// TestRehearsalIsThePlay compares the steps that --dry-run prints with the steps of the
// action in the same state.
func TestRehearsalIsThePlay(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]string{
		"control":              "control = DIR/fake",
		"control, stop+start":  "control = DIR/fake\nrestart = stop+start",
		"control with its own": "control = DIR/fake a%20b\nstart = DIR/fake my start\nrestart = DIR/fake anew",
		"commands":             "start = DIR/fake start\nstop = DIR/fake stop\nstatus = DIR/fake status",
		"commands and restart": "start = DIR/fake start\nstop = DIR/fake stop\nstatus = DIR/fake status\nrestart = DIR/fake restart",
		"daemon":               "start = x\ndaemon = DIR/pid\ndaemon_options = -d",
		"daemon and restart":   "start = x\ndaemon = DIR/pid\nrestart = DIR/fake restart",
	} {
		for _, state := range []string{"0", "1", "3", "4"} {
			for _, action := range []servicedef.Action{servicedef.Start, servicedef.Stop, servicedef.Restart} {
				t.Run(fmt.Sprintf("%s: %s in state %s", name, action, state), func(t *testing.T) {
					t.Parallel()
					dir := t.TempDir()
					program := writeFile(t, filepath.Join(dir, "fake"), strings.ReplaceAll(fake, "DIR", dir), 0o755)
					writeFile(t, filepath.Join(dir, "state"), state+"\n", 0o644)
					text := entry("s", strings.ReplaceAll(keys, "DIR", dir))
					config, err := servicedef.Load("a.conf", servicedef.Apache, fstest.MapFS{"a.conf": {Data: []byte(text)}})
					if err != nil {
						t.Fatal(err)
					}
					service := config.Services()[0]
					c := &control.Controller{Svloop: program, Env: []string{"PATH=/bin:/usr/bin"}, Log: &logger{}}

					var told []string
					plan := control.Decide(action, c.Status(t.Context(), service), service)
					for _, step := range control.Commands(plan.Steps, service, program) {
						if step.Action == servicedef.Status || step.Kind != servicedef.Run {
							t.Errorf("the step %+v changes nothing", step)
						}
						told = append(told, strings.Join(step.Argv, " "))
					}
					do := map[servicedef.Action]func(context.Context, *servicedef.Service) control.Outcome{
						servicedef.Start: c.Start, servicedef.Stop: c.Stop, servicedef.Restart: c.Restart,
					}[action]
					if o := do(t.Context(), service); o.Code != 0 || o.Changed != plan.Changes() {
						t.Errorf("got %+v", o)
					}
					calls, _ := os.ReadFile(filepath.Join(dir, "calls"))
					if got := strings.Join(append(told, ""), "\n"); got != string(calls) {
						t.Errorf("told\n%sdone\n%s", got, calls)
					}
				})
			}
		}
	}
}

// TestDryRun prints the steps, and runs none.
func TestDryRun(t *testing.T) {
	t.Parallel()
	commands := func(state int) string {
		return fmt.Sprintf("start = touch DIR/run%%20me\nstop = touch DIR/stop\nstatus = /bin/sh -c exit%%20%d\n", state)
	}
	dir, conf := writeConf(t, entry("up", commands(0))+entry("down", commands(3)+"path = /bin:/opt")+
		entry("dead", commands(1))+entry("off", commands(3)+"expected = stopped")+
		entry("table", "start = DIR/no%20such -d"))
	wantAnswer(t, dir, answer{stdout: `up: is running, nothing to do
down: would run touch 'DIR/run me' with PATH=/bin:/opt
dead: would run touch DIR/stop
dead: would run touch 'DIR/run me'
off: skipped, it is expected to be stopped
table: would run 'DIR/no such' -d
`}, "--conf", conf, "start", "-n")
	wantAnswer(t, dir, answer{stdout: "off: would run touch 'DIR/run me'\n"}, "--conf", conf, "start", "-n", "off")
	wantAnswer(t, dir, answer{stdout: `table: is not running, nothing to do
off: is not running, nothing to do
dead: would run touch DIR/stop
down: is not running, nothing to do
up: would run touch DIR/stop
`}, "--conf", conf, "stop", "--dry-run")
	wantAnswer(t, dir, answer{stdout: `up: would run touch DIR/stop
up: would run touch 'DIR/run me'
down: would run touch 'DIR/run me' with PATH=/bin:/opt
`}, "--conf", conf, "restart", "--dry-run", "up", "down")
	for _, name := range []string{"run me", "stop"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%q was run", name)
		}
	}
}

func TestStepWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		step stepJSON
		want string
	}{
		{stepJSON{Kind: servicedef.Run, Argv: []string{"a", "b c"}}, "run a 'b c'"},
		{stepJSON{Kind: servicedef.Run, Argv: []string{"a"}, Path: "/p"}, "run a with PATH=/p"},
		{stepJSON{Kind: servicedef.Look}, "search the process table"},
		{stepJSON{Kind: servicedef.Kill}, "signal no process"},
		{stepJSON{Kind: servicedef.Kill, Processes: []processJSON{{7, []string{"a", "b c"}}}}, "signal pid 7 (a 'b c')"},
		{stepJSON{Kind: servicedef.Kill, Processes: []processJSON{{7, []string{"a"}}, {8, []string{"b"}}}}, "signal pid 7 (a), pid 8 (b)"},
	} {
		if got := test.step.String(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

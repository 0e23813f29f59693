package selftest

import (
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
)

// TestWords uses the shell as the control command: the action follows its name
// in $0.
func TestWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		keys, action string
		want         Result
	}{
		{"control = sh -c exit%203", status, Result{Argv: []string{"sh", "-c", "exit 3", "status"}, Code: 3}},
		{"control = sh -c exec%20test%20$0%20=%20reload", reload, Result{Argv: []string{"sh", "-c", "exec test $0 = reload", "reload"}}},
		{"control = sh -c kill%20-KILL%20$$\nstart = true", start, Result{Argv: []string{"sh", "-c", "kill -KILL $$", "start"}, Code: 137}},
		{"control = sleep 1000\ntimeout = 0.2", "1000", Result{Argv: []string{"sleep", "1000", "1000"}, Code: NoCode, Problem: "timed out, terminated after 200ms"}},
		{"control = true", kill, Result{Code: NoCode, Problem: "its processes are not known", Impossible: true}},
		{"control = /no/such/program", stop, Result{Argv: []string{"/no/such/program", "stop"}, Code: NoCode, Problem: `cannot execute "/no/such/program": command not found`}},
	} {
		// A literal $ follows a backslash.
		do := Words(controller(), service(t, escaped(test.keys)), nil)
		if got := do(t.Context(), test.action); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.keys, got, test.want)
		}
	}
}

func escaped(keys string) (text string) {
	for _, r := range keys {
		if r == '$' {
			text += `\`
		}
		text += string(r)
	}
	return text
}

// TestActions returns the codes and texts of package control.
func TestActions(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.pid")
	commands := func(code int) string {
		return fmt.Sprintf("start = sh -c exit%%206\nstop = false\nrestart = false\nstatus = sh -c exit%%20%d", code)
	}
	for _, test := range []struct {
		keys, action string
		want         Result
	}{
		{commands(0), status, Result{Code: 0}},
		{commands(3), status, Result{Code: 3}},
		{commands(150), status, Result{Code: 150}},
		{commands(4), status, Result{Code: 4, Problem: "unknown"}},
		{commands(0), start, Result{Code: 0}},
		{commands(3), start, Result{Code: 6, Problem: `cannot start: "sh" "-c" "exit 6": exit status 6`}},
		{commands(3), stop, Result{Code: 0}},
		{commands(0), stop, Result{Code: 1, Problem: `cannot stop: "false": exit status 1`}},
		{commands(3), restart, Result{Code: 1, Problem: `cannot restart: "false": exit status 1`}},
		{commands(0), reload, Result{Code: 3, Problem: "cannot reload: the entry has no reload"}},
		{commands(0), nonsense, Result{Code: NoCode, Problem: `there is no action "no-such-action"`}},
		{"start = x\ndaemon = " + file, status, Result{Code: 3}},
		{"start = x\ndaemon = " + file, stop, Result{Code: 0}},
		{"start = x\ndaemon = " + file, kill, Result{Code: NoCode, Problem: "cannot open pid file: open " + file + ": no such file or directory"}},
	} {
		do := Actions(controller, service(t, test.keys))
		if got := do(t.Context(), test.action); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %s: got %+v, want %+v", test.keys, test.action, got, test.want)
		}
	}
}

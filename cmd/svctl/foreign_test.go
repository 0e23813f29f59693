package main

import (
	"strings"
	"testing"
)

// TestForeignWords answers the words of other tools with the command of svctl.
func TestForeignWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		hint string
	}{
		{[]string{"up", "web"}, "use: svctl start web"},
		{[]string{"up"}, "use: svctl start"},
		{[]string{"down", "web", "db"}, "use: svctl stop web db"},
		{[]string{"tail", "web one"}, "use: svctl logs -f 'web one'"},
		{[]string{"update"}, "use: svctl apply"},
		{[]string{"reread"}, "use: svctl --dry-run apply"},
		{[]string{"configtest"}, "use: svctl config check"},
		{[]string{"check_configuration"}, "use: svctl config check"},
		{[]string{"kill", "web"}, "use: svctl signal TERM web"},
		{[]string{"kill", "HUP", "web"}, "use: svctl signal HUP web"},
		{[]string{"kill", "9", "web"}, "use: svctl signal KILL web"},
		{[]string{"kill", "web", "db"}, "use: svctl signal TERM web db"},
		{[]string{"hup", "web"}, "use: svctl signal HUP web"},
		{[]string{"stat", "web"}, "use: svctl status web"}, // and not start, which is as similar
		{[]string{"is-active", "web"}, "use: svctl status web"},
		{[]string{"enable", "web"}, "use: svctl export systemd --install web"},
		{[]string{"condrestart", "web"}, "use: svctl try-restart web"},
		{[]string{"wake_up"}, "use: svctl supervise --wake-up"},
		{[]string{"web", "restart"}, "use: svctl restart web"},
		{[]string{"web", "db", "restart"}, "use: svctl restart web db"},
		{[]string{"all", "status"}, "use: svctl status all"},
		{[]string{"web", "up"}, "use: svctl start web"},
		{[]string{"sttaus"}, "did you mean \"status\"?"},
		{[]string{"frobnicate", "it"}, "try svctl --help"},
	} {
		want := answer{stderr: "svctl: unknown action \"" + test.args[0] + "\"\nsvctl: hint: " + test.hint + "\n", code: 2}
		wantAnswer(t, "DIR", want, test.args...)
	}
}

// TestForeignEquivalents names only actions and options that exist.
func TestForeignEquivalents(t *testing.T) {
	t.Parallel()
	for word, command := range foreign {
		if _, is := actions[word]; is {
			t.Errorf("%q is an action", word)
		}
		args := strings.Fields(strings.ReplaceAll(command, "*", "web"))
		if _, err := parse(args); err != nil && actions[args[0]].run != nil {
			t.Errorf("%q: svctl %s: %v", word, command, err)
		}
	}
}

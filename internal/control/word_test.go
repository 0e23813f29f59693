package control

import (
	"slices"
	"testing"

	"github.com/svloop/svloop/internal/runner"
)

// TestWord runs the control command with the word, in any state and with any other keys.
func TestWord(t *testing.T) {
	t.Parallel()
	d := newDriven(t, "0", behaviour{start: "become 0; exit 7"})
	s := d.service("control = FAKE a%20b\nstart = FAKE other\nrestart = stop+start\npath = /x")
	argv, r := d.controller.Word(t.Context(), s, "start")
	if want := []string{d.program, "a b", "start"}; !slices.Equal(argv, want) {
		t.Errorf("got the words %q, want %q", argv, want)
	}
	if want := (runner.Result{Exit: 7, Ended: "exit status 7"}); r != want {
		t.Errorf("got %+v, want %+v", r, want)
	}
	if got := d.calls(); got != prefixed("a b start") {
		t.Errorf("got the calls %q", got)
	}
	if len(s.Control) != 2 {
		t.Errorf("the service was changed: %q", s.Control)
	}
}

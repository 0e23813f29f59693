package selftest

import (
	"fmt"
	"slices"
	"syscall"
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

func TestStateOf(t *testing.T) {
	t.Parallel()
	for code, want := range map[lsb.Status]State{0: Running, 1: Dead, 2: Dead, 3: Stopped, 4: Unknown, 5: Unknown, 150: Unknown, NoCode: Unknown} {
		if got := StateOf(code); got != want {
			t.Errorf("%d: got %q, want %q", int(code), got, want)
		}
	}
}

// rowsOf returns the table for a service of a kind. One that is driven by a signal also
// reloads.
func rowsOf(kind servicedef.Kind) []Row {
	switch kind {
	case servicedef.ByControl:
		return Rows(&servicedef.Service{Control: []string{"c"}})
	case servicedef.ByDaemon:
		return Rows(&servicedef.Service{Daemon: "/p", Start: []string{"s"}})
	case reloaded:
		return Rows(&servicedef.Service{Daemon: "/p", Start: []string{"s"}, ReloadSignal: syscall.SIGHUP})
	}
	return Rows(&servicedef.Service{Start: []string{"s"}})
}

// reloaded is a daemon with a reload.
const reloaded servicedef.Kind = "daemon with a reload"

// TestRows checks that each row begins in the state in which the one before
// ends, or after a kill: no command between the rows is hidden.
func TestRows(t *testing.T) {
	t.Parallel()
	for kind, want := range map[servicedef.Kind]int{servicedef.ByControl: 21, servicedef.ByDaemon: 15, servicedef.ByCommand: 10, reloaded: 19} {
		rows := rowsOf(kind)
		if len(rows) != want {
			t.Errorf("%s: got %d rows, want %d", kind, len(rows), want)
		}
		state := Stopped
		for i, row := range rows {
			if row.Before != state && row.Before != Dead {
				t.Errorf("%s: row %d begins with %s, and the one before ends with %s", kind, i+1, row.Before, state)
			}
			if row.Action == status && row.Before != row.After {
				t.Errorf("%s: row %d: status changes the state", kind, i+1)
			}
			state = row.After
		}
		if state != Stopped {
			t.Errorf("%s: the last row ends with %s", kind, state)
		}
	}
}

// TestExpectations checks the actions of LSB in both states.
func TestExpectations(t *testing.T) {
	t.Parallel()
	var got []string
	for _, row := range rowsOf(servicedef.ByControl) {
		line := fmt.Sprint(row.Before, " ", row.Action, " ", row.Expect, " ", row.After)
		if !slices.Contains(got, line) {
			got = append(got, line)
		}
	}
	want := []string{
		"stopped status [3] stopped",
		"stopped start [0] running",
		"running start [0] running",
		"running status [0] running",
		"running restart [0] running",
		"running try-restart [0 3] running",
		"running reload [0 3] running",
		"running force-reload [0] running",
		"running no-such-action [2 3] running",
		"running stop [0] stopped",
		"stopped stop [0] stopped",
		"stopped try-restart [0 3] stopped",
		"stopped reload [3 7] stopped",
		"stopped force-reload [0 7] stopped",
		"stopped no-such-action [2 3] stopped",
		"stopped restart [0] running",
		"dead status [1 2 3] dead",
		"dead start [0] running",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

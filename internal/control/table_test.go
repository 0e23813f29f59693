package control

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/matching"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// newForever returns a service that is found in the process table: its start command puts
// a shell into the background that never exits.
func newForever(t *testing.T, keys, trap string) (*driven, *servicedef.Service) {
	t.Helper()
	d := newDriven(t, "3", behaviour{})
	if err := syscall.Mkfifo(filepath.Join(d.dir, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.write("forever", trap+"\nwhile :; do read -r line <'"+d.dir+"/fifo'; done\n", 0o644)
	d.write("launch", "#!/bin/sh\nsetsid /bin/sh '"+d.dir+"/forever' </dev/null >/dev/null 2>&1 &\n", 0o755)
	s := d.service("start = DIR/launch\npattern = " + strings.ReplaceAll(d.dir, ".", `\.`) + "/forever\n" + keys)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		kill := proctree.Schedule{{Signal: syscall.SIGKILL}}
		if err := proctree.Stop(ctx, matching.NewMatching(s.Matches), kill, nil); err != nil {
			t.Error(err)
		}
	})
	return d, s
}

// running returns the processes that match a service now.
func (d *driven) running(s *servicedef.Service) []int {
	d.t.Helper()
	return d.newController().Status(d.t.Context(), s).PIDs
}

// TestTable controls a service by the process table alone.
func TestTable(t *testing.T) {
	t.Parallel()
	d, s := newForever(t, "", "")
	var before []int
	for _, test := range []struct {
		name    string
		action  func(c *Controller) func(context.Context, *servicedef.Service) Outcome
		want    Outcome
		running int
	}{
		{"stop", stop, Outcome{Text: "already stopped"}, 0},
		{"start", start, Outcome{Changed: true, Text: "started"}, 1},
		{"start again", start, Outcome{Text: "already running"}, 1},
		{"restart", restart, Outcome{Changed: true, Text: "restarted"}, 1},
		{"stop", stop, Outcome{Changed: true, Text: "stopped"}, 0},
		{"stop again", stop, Outcome{Text: "already stopped"}, 0},
		{"restart", restart, Outcome{Changed: true, Text: "restarted"}, 1},
	} {
		if got := d.act(test.action(d.newController()), s); got != test.want {
			t.Fatalf("%s: got %+v, want %+v", test.name, got, test.want)
		}
		now := d.running(s)
		if len(now) != test.running {
			t.Fatalf("%s: it runs as %v", test.name, now)
		}
		if test.name == "restart" && slices.Equal(now, before) {
			t.Errorf("%v runs as before", now)
		}
		before = now
	}
	// Until its execve(2), setsid(1) has the same arguments.
	want := []string{"/bin/sh", d.dir + "/forever"}
	for deadline := time.Now().Add(time.Minute); ; {
		found, err := d.newController().Matches(s)
		if err == nil && len(found) == 1 && slices.Equal(found[0].Args, want) {
			break
		}
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("got %+v, %v, want %q", found, err, want)
		}
	}
}

// TestTableStubborn sends KILL to processes that ignore TERM, after the timeout.
func TestTableStubborn(t *testing.T) {
	t.Parallel()
	d, s := newForever(t, "timeout = 0.5", "trap '' TERM")
	if got := d.act(d.newController().Start, s); got.Text != "started" {
		t.Fatalf("got %+v", got)
	}
	pids := d.running(s)
	// The trap is set when the shell opens the FIFO.
	for deadline := time.Now().Add(time.Minute); !ignoresTERM(t, pids[0]); {
		if time.Now().After(deadline) {
			t.Fatal("the trap is not set")
		}
		time.Sleep(5 * time.Millisecond)
	}
	began := time.Now()
	if got := d.act(d.newController().Stop, s); got != (Outcome{Changed: true, Text: "stopped"}) {
		t.Errorf("got %+v", got)
	}
	if took := time.Since(began); took < s.Timeout {
		t.Errorf("it was killed after %s already", took)
	}
	if got := d.running(s); got != nil {
		t.Errorf("it still runs as %v", got)
	}
}

// ignoresTERM reports whether a process ignores TERM.
func ignoresTERM(t *testing.T, pid int) bool {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, mask, _ := strings.Cut(string(text), "\nSigIgn:\t")
	return len(mask) > 16 && strings.ContainsRune("4567cdef", rune(mask[12])) // bit 14
}

// TestOneScan answers for all services of a run from one reading of the table, and reads
// it again after a step.
func TestOneScan(t *testing.T) {
	t.Parallel()
	d, s := newForever(t, "", "")
	if got := d.controller.Status(t.Context(), s); got.Code != lsb.NotRunning || got.Detail != "not running" || got.PIDs != nil {
		t.Errorf("got %+v", got)
	}
	if got := d.act(d.newController().Start, s); got.Text != "started" {
		t.Fatalf("got %+v", got)
	}
	if got := d.controller.Status(t.Context(), s); got.Code != lsb.NotRunning {
		t.Errorf("the table was read twice: %+v", got)
	}
	if found, err := d.controller.Matches(s); len(found) > 0 || err != nil {
		t.Errorf("the table was read twice: %+v, %v", found, err)
	}
	if got := d.controller.fresh(t.Context(), s); got.Code != lsb.Running || got.Detail != "running" || len(got.PIDs) != 1 {
		t.Errorf("got %+v", got)
	}
}

// TestMatchTimesOut reports "unknown" for a service whose pattern takes too long.
func TestMatchTimesOut(t *testing.T) {
	t.Parallel()
	s := newDriven(t, "3", behaviour{}).service(`start = x` + "\n" + `pattern = (x+x+)+\1y`)
	table := matching.Table{{PID: 7, Args: []string{strings.Repeat("x", 64)}}}
	want := "unknown: " + servicedef.ErrTimeout.Error()
	if got := find(s, table, nil); got.Code != lsb.Unknown || got.Detail != want || got.PIDs != nil {
		t.Errorf("got %+v, want %q", got, want)
	}
}

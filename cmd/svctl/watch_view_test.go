package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/table"
	"github.com/svloop/svloop/internal/terminal"
	"github.com/svloop/svloop/pkg/servicedef"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func newView(services, columns, rows int) *watchView {
	return &watchView{host: "www.example.org", interval: 2 * time.Second, total: services, columns: columns, rows: rows}
}

func wantScreen(t *testing.T, v *watchView, o observation, want string) {
	t.Helper()
	if got := "\n" + strings.Join(v.screen(o), "\n") + "\n"; got != want {
		t.Errorf("%d columns, %d rows: got%swant%s", v.columns, v.rows, got, want)
	}
}

func TestWatchScreen(t *testing.T) {
	t.Parallel()
	seen := observation{at: noon, services: someStatuses()}
	wantScreen(t, newView(4, 80, 24), seen, `
www.example.org  12:00:00                                      every 2s, q quits
4 services, 2 not as expected: 1 running, 2 not running, 1 restarting

  SERVICE       STATE        EXPECTED   PID  UPTIME    CPU  MEMORY  RESTARTS
  web/frontend  running      running   4711    3d3h   0.2%   12.3M         7
! web/backend   restarting   running      -       -      -       -         7
    exit status 3, 7 restarts, next attempt in 4s
  日本語        not running  stopped      -       -      -       -         -
! cache         not running  running      -       -      -       -         -
    stopped by hand (root, 12:30)
`)
	// In a small window, services that are not as expected come first.
	wantScreen(t, newView(4, 40, 9), seen, `
www.example.org  12:00:00
4 services, 2 not as expected:
1 running, 2 not running, 1 restarting
  SERVICE     STATE          CPU  MEMORY
! web…ackend  restarting       -       -
    exit status 3, 7 restarts, next
    attempt in 4s
… and 3 more (j, k or arrows scroll)
`)
	wantScreen(t, newView(4, 40, 4), seen, `
4 services, 2 not as expected
! web…ackend  restarting       -       -
    exit status 3, 7 restarts, next
… and 3 more (j, k or arrows scroll)
`)
	wantScreen(t, newView(4, 40, 1), seen, `
4 services, 2 not as expected
`)
	wantScreen(t, newView(1, 40, 24), observation{}, `
www.example.org        every 2s, q quits
1 service

`)
	noted := observation{at: noon, services: someStatuses()[:1], notice: "cannot read the process table: \x1b"}
	wantScreen(t, newView(1, 40, 6), noted, `
1 service: 1 running
cannot read the process table: \x1b
  SERVICE     STATE          CPU  MEMORY
  web…ontend  running       0.2%   12.3M
`)
}

// TestWatchFailed shows only services that are not as expected, and counts all.
func TestWatchFailed(t *testing.T) {
	t.Parallel()
	v := newView(4, 60, 24)
	v.failed = true
	wantScreen(t, v, observation{at: noon, services: someStatuses()}, `
www.example.org  12:00:00                  every 2s, q quits
4 services, 2 not as expected: 1 running, 2 not running,
1 restarting

  SERVICE      STATE        UPTIME    CPU  MEMORY  RESTARTS
! web/backend  restarting        -      -       -         7
    exit status 3, 7 restarts, next attempt in 4s
! cache        not running       -      -       -         -
    stopped by hand (root, 12:30)
`)
	wantScreen(t, v, observation{at: noon, services: someStatuses()[:1]}, `
www.example.org  12:00:00                  every 2s, q quits
4 services: 1 running

all 4 services are as expected
`)
}

// many returns services of which every tenth has failed.
func many(n int) []serviceStatus {
	all := make([]serviceStatus, n)
	for i := range all {
		all[i] = serviceStatus{Path: fmt.Sprintf("s%d", i), State: "running", Reason: "running", Expected: servicedef.Running, AsExpected: true}
		if i%10 == 9 {
			all[i].State, all[i].Reason, all[i].Code, all[i].AsExpected = "stopped", "not running", 3, false
		}
	}
	return all
}

func TestWatchScrolls(t *testing.T) {
	t.Parallel()
	v := newView(100, 80, 9) // 5 services
	seen := observation{at: noon, services: many(100)}
	names := func() string {
		var all []string
		for _, line := range v.screen(seen)[3:] {
			all = append(all, strings.Fields(strings.TrimLeft(line, "! "))[0])
		}
		return strings.Join(all, " ")
	}
	for _, test := range []struct {
		keys string
		want string
		last string
	}{
		{"", "s9 s19 s29 s39 s49 …", "… and 95 more (j, k or arrows scroll)"},
		{"k", "s9 s19 s29 s39 s49 …", "… and 95 more (j, k or arrows scroll)"},
		{"jj", "s29 s39 s49 s59 s69 …", "… 2 more above, 93 below (j, k or arrows scroll)"},
		{" ", "s79 s89 s99 s0 s1 …", "… 7 more above, 88 below (j, k or arrows scroll)"},
		{"kb", "s19 s29 s39 s49 s59 …", "… 1 more above, 94 below (j, k or arrows scroll)"},
		{"G", "s94 s95 s96 s97 s98 …", "… 95 more above (j, k or arrows scroll)"},
		{"j", "s94 s95 s96 s97 s98 …", "… 95 more above (j, k or arrows scroll)"},
		{"k", "s93 s94 s95 s96 s97 …", "… 94 more above, 1 below (j, k or arrows scroll)"},
		{"g", "s9 s19 s29 s39 s49 …", "… and 95 more (j, k or arrows scroll)"},
	} {
		for _, key := range test.keys {
			v.press(terminal.Key(key))
		}
		got, lines := names(), v.screen(seen)
		if last := lines[len(lines)-1]; got != test.want || last != test.last {
			t.Errorf("after %q: got %q, %q; want %q, %q", test.keys, got, last, test.want, test.last)
		}
	}
	for _, pair := range [][2]terminal.Key{{terminal.Down, terminal.Up}, {terminal.PageDown, terminal.PageUp}, {terminal.CtrlF, terminal.CtrlB}, {terminal.End, terminal.Home}} {
		v.press(pair[0])
		if names(); v.first == 0 {
			t.Errorf("key %d does not scroll", pair[0])
		}
		v.press(pair[1])
		if names(); v.first != 0 {
			t.Errorf("key %d does not scroll back", pair[1])
		}
	}
	v.rows = 120
	v.first = 7
	if v.screen(seen); v.first != 0 {
		t.Error("a window with room for all is scrolled")
	}
}

// FuzzWatchScreen looks for screens that are larger than the window.
func FuzzWatchScreen(f *testing.F) {
	f.Add("日本語", "next attempt in 4s", 40, 12, 3, true)
	f.Add("", "\x1b", 1, 1, 0, false)
	f.Add(strings.Repeat("x", 300), "", 2, 5, 200, true)
	f.Fuzz(func(t *testing.T, name, reason string, columns, rows, first int, colours bool) {
		if columns < 1 || rows < 1 || columns > 300 || rows > 100 || len(name)+len(reason) > 500 {
			t.Skip()
		}
		v := &watchView{host: name, interval: time.Second, total: 31, columns: columns, rows: rows, first: max(0, first)}
		services := many(30)
		services[9].Path, services[9].Reason = name, reason
		services = append(services, serviceStatus{Path: name, State: asking, AsExpected: true})
		o := observation{at: noon, services: services, notice: reason}
		lines := v.screen(o)
		if len(lines) > rows || len(lines) == 0 {
			t.Errorf("%d lines in %d rows", len(lines), rows)
		}
		for _, line := range lines {
			if got := table.Width(line); got > columns {
				t.Errorf("a line has %d columns of %d: %q", got, columns, line)
			}
		}
		v.colours = colours
		if got := len(v.screen(o)); got != len(lines) {
			t.Errorf("%d lines with colours, %d without", got, len(lines))
		}
	})
}

package main

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/servicedef"
)

// TestStatusWide adds columns on a terminal that has room for them.
func TestStatusWide(t *testing.T) {
	t.Parallel()
	restarts := 7
	all := []serviceStatus{
		{Path: "web", Code: 1, Reason: "restarting (exit status 3, 7 restarts)", Expected: servicedef.Running, Restarts: &restarts, LastExit: "exit status 3"},
		{Path: "db", Code: 3, Reason: "not running", Expected: servicedef.Stopped},
	}
	const narrow = `SERVICE STATE EXPECTED PID UPTIME CPU MEMORY
web restarting (exit status 3, 7 restarts) running - - - -
db not running stopped - - - -
`
	const full = `SERVICE STATE EXPECTED PID UPTIME CPU MEMORY RESTARTS LAST EXIT
web restarting (exit status 3, 7 restarts) running - - - - 7 exit status 3
db not running stopped - - - - - -
`
	for columns, want := range map[uint16]string{0: narrow, 80: narrow, 119: narrow, 120: full, 300: full} {
		terminal, master := openBothEnds(t)
		if err := unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
			t.Fatal(err)
		}
		s := &invocation{stdout: &delivery{to: terminal}, env: environment{"NO_COLOR=1"}}
		s.printStatuses(all)
		if got := printed(t, master, strings.Count(want, "\n")); got != want {
			t.Errorf("%d columns: got\n%s\nwant\n%s", columns, got, want)
		}
	}
	var pipe strings.Builder
	(&invocation{stdout: &pipe}).printStatuses(all)
	if got := squeeze(pipe.String()); got != narrow {
		t.Errorf("no terminal: got\n%s", got)
	}
}

// printed returns the lines that were written to a terminal, with one blank between
// columns.
func printed(t *testing.T, master *os.File, lines int) string {
	t.Helper()
	var text string
	input := bufio.NewReader(master)
	for range lines {
		line, err := input.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		text += strings.TrimSuffix(line, "\r\n") + "\n"
	}
	return squeeze(text)
}

func squeeze(text string) string {
	for strings.Contains(text, "  ") {
		text = strings.ReplaceAll(text, "  ", " ")
	}
	return text
}

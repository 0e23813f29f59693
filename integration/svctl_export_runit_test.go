package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runsv is the monitor of runit.
var runsv = monitor{
	format: "runit", program: "runsv",
	up:    []string{"sv", "-w", "30", "start"},
	down:  []string{"sv", "-w", "30", "stop"},
	again: []string{"sv", "-w", "30", "restart"},
	end:   []string{"sv", "-w", "30", "force-shutdown"},
	ready: []string{"sv", "-w", "30", "start"}, // sv calls the script check
	// sv calls it once.
	readyNow: []string{"sv", "-w", "0", "start"},
	isDown: func(h *host, dir string) bool {
		text := h.run(command("sv", "status", dir)).stdout
		return strings.HasPrefix(text, "down: ") && !strings.Contains(text, "want up")
	},
}

func TestExportRunitAlways(t *testing.T)          { checkAlways(t, runsv) }
func TestExportRunitOnce(t *testing.T)            { checkOnce(t, runsv) }
func TestExportRunitOnFailure(t *testing.T)       { checkOnFailure(t, runsv) }
func TestExportRunitExpectedStopped(t *testing.T) { checkExpectedStopped(t, runsv) }
func TestExportRunitUnderSvloop(t *testing.T)     { checkUnderSvloop(t, runsv) }
func TestExportRunitSurroundings(t *testing.T)    { checkSurroundings(t, runsv) }
func TestExportRunitKilled(t *testing.T)          { checkKilled(t, runsv) }
func TestExportRunitScripts(t *testing.T)         { checkScripts(t, runsv) }

// runsv sends no KILL by itself: the program waits for one.
func TestExportRunitStubborn(t *testing.T) {
	t.Run("child", func(t *testing.T) { t.Parallel(); checkStubborn(t, runsv, false, runsv.down) })
	t.Run("program", func(t *testing.T) {
		t.Parallel()
		checkStubborn(t, runsv, true, []string{"sv", "-w", "1", "force-stop"})
	})
}

func TestExportRunitReady(t *testing.T) {
	t.Run("notify", func(t *testing.T) { t.Parallel(); checkReady(t, runsv, "notify", "notify READY=1") })
	t.Run("fd", func(t *testing.T) { t.Parallel(); checkReady(t, runsv, "fd:5", "ready 5") })
}

// TestExportRunitReload: sv hup reloads the program, which keeps its pid.
func TestExportRunitReload(t *testing.T) {
	t.Parallel()
	s := newService(t, runsv, `
    start = BIN/program on HUP DIR/got append DIR/starts serve
    reload = HUP`)
	s.watch()
	program := s.nth("starts", 1)
	s.tell([]string{"sv", "hup"})
	s.await("the signal", func() bool {
		text, err := os.ReadFile(filepath.Join(s.dir, "got"))
		return err == nil && string(text) == "HUP\n"
	})
	if s.nth("starts", 1) != program || !isAlive(program) {
		t.Error("the program is another one")
	}
}

func TestExportRunitInstall(t *testing.T) {
	t.Parallel()
	s := newScanner(t, runsv, []string{"runsvdir", "-P"}, "/etc/sv", "/etc/service")
	checkInstall(s, `run mkdir -p /etc/sv
write /etc/sv/x/run
write /etc/sv/x/finish
write /etc/sv/y/run
write /etc/sv/y/finish
write /etc/sv/y/down
write /etc/sv/group-z/run
write /etc/sv/group-z/check
write /etc/sv/group-z/finish
link /etc/service/x to /etc/sv/x
link /etc/service/y to /etc/sv/y
link /etc/service/group-z to /etc/sv/group-z
`, `remove link /etc/service/x
run sv -w 60 force-shutdown /etc/sv/x
remove link /etc/service/y
run sv -w 60 force-shutdown /etc/sv/y
remove link /etc/service/group-z
run sv -w 60 force-shutdown /etc/sv/group-z
remove /etc/sv/x/finish
remove /etc/sv/x/run
remove /etc/sv/y/finish
remove /etc/sv/y/down
remove /etc/sv/y/run
remove /etc/sv/group-z/check
remove /etc/sv/group-z/finish
remove /etc/sv/group-z/run
remove the state in /etc/sv/x
remove the state in /etc/sv/y
remove the state in /etc/sv/group-z
`)
}

package integration

import (
	"testing"
)

// supervise is the monitor of s6.
var supervise = monitor{
	format: "s6", program: "s6-supervise",
	up:   []string{"s6-svc", "-wu", "-T", "30000", "-u"},
	down: []string{"s6-svc", "-wD", "-T", "30000", "-d"},
	// For a service that is run once, r alone would only stop it.
	again:    []string{"s6-svc", "-wr", "-T", "30000", "-ru"},
	end:      []string{"s6-svc", "-wD", "-T", "30000", "-xd"},
	ready:    []string{"s6-svwait", "-U", "-t", "30000"},
	readyNow: []string{"s6-svwait", "-U", "-t", "500"},
	isDown: func(h *host, dir string) bool {
		return h.run(command("s6-svstat", "-o", "up,wantedup", dir)).stdout == "false false\n"
	},
}

func TestExportS6Always(t *testing.T)          { checkAlways(t, supervise) }
func TestExportS6Once(t *testing.T)            { checkOnce(t, supervise) }
func TestExportS6OnFailure(t *testing.T)       { checkOnFailure(t, supervise) }
func TestExportS6ExpectedStopped(t *testing.T) { checkExpectedStopped(t, supervise) }
func TestExportS6UnderSvloop(t *testing.T)     { checkUnderSvloop(t, supervise) }
func TestExportS6Surroundings(t *testing.T)    { checkSurroundings(t, supervise) }
func TestExportS6Killed(t *testing.T)          { checkKilled(t, supervise) }
func TestExportS6Scripts(t *testing.T)         { checkScripts(t, supervise) }

func TestExportS6Stubborn(t *testing.T) {
	t.Run("child", func(t *testing.T) { t.Parallel(); checkStubborn(t, supervise, false, supervise.down) })
	t.Run("program", func(t *testing.T) { t.Parallel(); checkStubborn(t, supervise, true, supervise.down) })
}

func TestExportS6Ready(t *testing.T) {
	t.Run("notify", func(t *testing.T) { t.Parallel(); checkReady(t, supervise, "notify", "notify READY=1") })
	t.Run("fd", func(t *testing.T) { t.Parallel(); checkReady(t, supervise, "fd:10", "ready 10") })
}

// TestExportS6KillSpec terminates a program by the signals in the entry.
func TestExportS6KillSpec(t *testing.T) {
	for spec, signals := range map[string]string{"USR1/30%20KILL": "USR1", "INT/0.2%20KILL": "INT"} {
		t.Run(signals, func(t *testing.T) {
			t.Parallel()
			ends := map[string]string{"USR1": "until DIR/signals", "INT": "serve"}[signals]
			s := newService(t, supervise, `
    start = BIN/program ignore TERM on `+signals+` DIR/signals append DIR/starts `+ends+`
    daemon_options = --kill-spec `+spec)
			s.watch()
			s.nth("starts", 1)
			s.tell(s.down)
			s.wantStopped("starts")
			if got := s.must("cat", "signals"); got != signals+"\n" {
				t.Errorf("it got %q, want %s", got, signals)
			}
		})
	}
}

func TestExportS6Install(t *testing.T) {
	t.Parallel()
	s := newScanner(t, supervise, []string{"s6-svscan"}, "/etc/s6/sv", "/run/service")
	checkInstall(s, `run mkdir -p /etc/s6/sv
write /etc/s6/sv/x/run
write /etc/s6/sv/x/finish
write /etc/s6/sv/x/timeout-finish
write /etc/s6/sv/y/run
write /etc/s6/sv/y/finish
write /etc/s6/sv/y/timeout-finish
write /etc/s6/sv/y/down
write /etc/s6/sv/group-z/run
write /etc/s6/sv/group-z/data/check
write /etc/s6/sv/group-z/notification-fd
write /etc/s6/sv/group-z/finish
write /etc/s6/sv/group-z/timeout-finish
link /run/service/x to /etc/s6/sv/x
run s6-svscanctl -a /run/service
link /run/service/y to /etc/s6/sv/y
run s6-svscanctl -a /run/service
link /run/service/group-z to /etc/s6/sv/group-z
run s6-svscanctl -a /run/service
`, `run s6-svc -wD -T 60000 -d /etc/s6/sv/x
remove link /run/service/x
run s6-svscanctl -an /run/service
run s6-svc -wD -T 60000 -d /etc/s6/sv/y
remove link /run/service/y
run s6-svscanctl -an /run/service
run s6-svc -wD -T 60000 -d /etc/s6/sv/group-z
remove link /run/service/group-z
run s6-svscanctl -an /run/service
remove /etc/s6/sv/x/finish
remove /etc/s6/sv/x/timeout-finish
remove /etc/s6/sv/x/run
remove /etc/s6/sv/y/finish
remove /etc/s6/sv/y/timeout-finish
remove /etc/s6/sv/y/down
remove /etc/s6/sv/y/run
remove /etc/s6/sv/group-z/data/check
remove /etc/s6/sv/group-z/notification-fd
remove /etc/s6/sv/group-z/finish
remove /etc/s6/sv/group-z/timeout-finish
remove /etc/s6/sv/group-z/run
remove the state in /etc/s6/sv/x
remove the state in /etc/s6/sv/y
remove the state in /etc/s6/sv/group-z
`)
}

package systemd

import (
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
)

// units are entries with the lines that their units must have. The whole units are in
// testdata.
var units = map[string]struct{ keys, lines []string }{
	"native": {
		[]string{
			"start = x --title %24HOME 50%25 two%20words", "path = /opt/x/bin:/usr/bin", "daemon = /run/x.pid", "timeout = 20",
			"daemon_options = --restart always --user www --kill-spec INT/5%20TERM --ready notify --ready-timeout 7 --watchdog 30 --env A=b%20c",
		},
		[]string{
			"After=network.target", "StartLimitIntervalSec=0", "Type=notify", "ExecStart=:x --title \"$HOME\" 50%% \"two words\"",
			"TimeoutStartSec=7", "TimeoutStopSec=5", "KillMode=control-group", "KillSignal=SIGINT", "FinalKillSignal=SIGTERM",
			"IgnoreSIGPIPE=no", "Environment=PATH=/opt/x/bin:/usr/bin", "ExecSearchPath=/opt/x/bin:/usr/bin", "WantedBy=multi-user.target",
		},
	},
	"plain": { // only defaults
		[]string{"start = /opt/x/bin/x", "daemon = /run/x.pid"},
		[]string{"Type=exec", "ExecStart=/opt/x/bin/x", "Restart=no", "TimeoutStartSec=60", "TimeoutStopSec=3", "KillSignal=SIGTERM"},
	},
	"patient": { // never killed
		[]string{"start = /opt/x/bin/x", "daemon = /run/x.pid", "daemon_options = --kill-spec INT --restart on-failure --max-failures 5/60"},
		[]string{"KillSignal=SIGINT", "SendSIGKILL=no", "TimeoutStopSec=infinity", "StartLimitIntervalSec=60", "StartLimitBurst=5"},
	},
	"svloop": { // options without an equivalent
		[]string{"start = /opt/x/bin/x", "daemon = /run/x.pid", "daemon_options = --ready alive:90 --ready-timeout 100 --kill-spec TERM/40%20KILL"},
		[]string{"Type=forking", "PIDFile=/run/x.pid", "TimeoutStartSec=110", "TimeoutStopSec=90", "KillMode=control-group", "IgnoreSIGPIPE=no"},
	},
	"control": {
		[]string{"control = ctl one%20word", "path = /opt/x/bin", "timeout = 20"},
		[]string{
			"Type=oneshot", "RemainAfterExit=yes", "ExecStart=ctl \"one word\" start", "ExecStop=ctl \"one word\" stop", "KillMode=process",
			"Environment=PATH=/opt/x/bin", "ExecSearchPath=/opt/x/bin", "TimeoutStartSec=20", "TimeoutStopSec=20", "IgnoreSIGPIPE=no",
		},
	},
	"command": {
		[]string{"start = /opt/x/start %24x", "stop = /opt/x/stop", "status = /opt/x/status", "expected = stopped"},
		[]string{"Type=forking", "RemainAfterExit=yes", "ExecStart=:/opt/x/start \"$x\"", "ExecStop=/opt/x/stop", "KillMode=control-group", "TimeoutStopSec=60"},
	},
	"cleared": { // svloop searches the program in its own PATH
		[]string{"start = x", "daemon = /run/x.pid", "daemon_options = --clear-env", "path = /opt/x/bin"},
		[]string{"ExecStart=x", "ExecSearchPath=" + export.DefaultPath},
	},
}

// TestUnits compares the bytes of units.
func TestUnits(t *testing.T) {
	t.Parallel()
	for kind, test := range units {
		b, err := Format.Render(exporttest.Source(t, test.keys...))
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		got := b.Files[0].Text
		if b.Files[0].Name != "x.service" || b.Files[0].Mode != 0o644 {
			t.Errorf("%s is the file %s with the mode %v", kind, b.Files[0].Name, b.Files[0].Mode)
		}
		name := "systemd_" + kind
		exporttest.Golden(t, name, got)
		if again, _ := exporttest.File(t, Format, exporttest.Source(t, test.keys...)); again != got {
			t.Errorf("%s differs at the second time", name)
		}
		for _, line := range test.lines {
			if !strings.Contains(got, "\n"+line+"\n") {
				t.Errorf("%s has no line %s:\n%s", name, line, got)
			}
		}
	}
}

// TestUnitOfCleared does not suggest the key path, which would have no effect.
func TestUnitOfCleared(t *testing.T) {
	t.Parallel()
	_, warnings := exporttest.File(t, Format, exporttest.Source(t, units["cleared"].keys...))
	if got, want := strings.Join(warnings, "; "), "no equivalent: --clear-env (systemd sets PATH, LANG and others)"; got != want {
		t.Errorf("the warnings are %s, want %s", got, want)
	}
}

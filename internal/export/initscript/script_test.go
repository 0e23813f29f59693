package initscript

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
)

// TestScripts compares the bytes of the scripts: an installed script must not look edited
// only because svctl has changed.
func TestScripts(t *testing.T) {
	t.Parallel()
	for kind, keys := range exporttest.Kinds {
		for _, f := range []export.Format{Sysv, OpenRC} {
			got, _ := exporttest.File(t, f, exporttest.Source(t, keys...))
			name := f.Name + "_" + kind
			exporttest.Golden(t, name, got)
			if again, _ := exporttest.File(t, f, exporttest.Source(t, keys...)); again != got {
				t.Errorf("%s differs at the second time", name)
			}
		}
	}
}

func TestScriptsHaveEveryOption(t *testing.T) {
	t.Parallel()
	exporttest.KeepsEveryOption(t, exporttest.Start, Sysv, OpenRC)
}

func TestScriptsWarn(t *testing.T) {
	t.Parallel()
	const (
		timeout = "timeout = 0.5 (--ready-timeout and --kill-spec limit the start and the stop)"
		restart = `restart = "/bin/again 'a b'" (OpenRC stops and starts)`
	)
	daemon := []string{"start = prog", "daemon = /run/x.pid", "timeout = 0.5", "restart = /bin/again a%20b"}
	for _, test := range []struct {
		format export.Format
		keys   []string
		want   []string
	}{
		{Sysv, daemon, []string{timeout}},
		{OpenRC, daemon, []string{timeout, restart}},
		{Sysv, []string{"control = prog", "timeout = 5", "restart = prog x"}, nil}, // svctl applies them
		{OpenRC, []string{"control = prog", "timeout = 5", "restart = /bin/again a%20b"}, []string{restart}},
	} {
		exporttest.Warnings(t, test.format, exporttest.Source(t, test.keys...), test.want...)
	}
}

func TestScriptsQuote(t *testing.T) {
	t.Parallel()
	exporttest.KeepsWords(t, Sysv, exporttest.OddWords, func(text string) *exec.Cmd {
		cmd := exec.Command("/bin/sh", "-s", "start")
		cmd.Stdin = strings.NewReader(text)
		return cmd
	})
}

// TestMisuse refuses a service that would change the script, or call itself.
func TestMisuse(t *testing.T) {
	t.Parallel()
	s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid")
	s.Pos.File = "/etc/a\nrm -rf .conf"
	if got := exporttest.Refusal(t, Sysv, s); got != `the name of its file, "/etc/a\nrm -rf .conf:1", contains a newline` {
		t.Error(got)
	}
	s = exporttest.Source(t, "control = service x")
	for _, f := range []export.Format{Sysv, OpenRC} {
		if got := exporttest.Refusal(t, f, s); got != "one of its commands acts on the init system's service of the same name, so the exported service would call itself" {
			t.Errorf("%s: %s", f.Name, got)
		}
	}
}

package integration

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestExportedUnitsSecurity prints the security ratings of units by systemd-analyze,
// which make integration shows.
func TestExportedUnitsSecurity(t *testing.T) {
	if found, err := condition("have:systemd-analyze"); err != nil || !found {
		leaveOut(t, "systemd-analyze is not installed")
	}
	s := newScene(t, nil)
	score := regexp.MustCompile(`(?m)exposure level for .*: [0-9.]+ \w+`)
	for _, test := range []struct{ what, options string }{
		{"as it is", "--restart always"},
		{"with a user and no new privileges", "--restart always --user nobody --no-new-privs"},
	} {
		s.write("svctl.conf", "<entry>\n type = service\n name = x\n start = /bin/sleep 1\n daemon = /run/x.pid\n daemon_options = "+test.options+"\n</entry>\n")
		if code, text := s.svctl("export", "systemd", "--output", s.dir); code != 0 {
			t.Fatalf("exit status %d: %s", code, text)
		}
		unit := filepath.Join(s.dir, "x.service")
		text, err := exec.Command("systemd-analyze", "security", "--offline=true", "--no-pager", unit).Output()
		found := score.FindString(string(text))
		if found == "" {
			t.Errorf("systemd-analyze security: %v: %q", err, text)
		}
		t.Logf("%s: %s", test.what, found)
	}
}

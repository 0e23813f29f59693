package integration

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// TestSelftestOfDebian tests scripts of Debian's packages with the table. The results for
// optional words vary from release to release; those that svctl needs do not. Each
// service is restored at the end.
func TestSelftestOfDebian(t *testing.T) {
	if os.Geteuid() != 0 {
		leaveOut(t, "services of the machine need root")
	}
	for _, name := range []string{"cron", "nginx"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, map[string]string{"svctl.conf": `
<entry>
    type = service
    name = ` + name + `
    control = /usr/sbin/service ` + name + `
    timeout = 30
</entry>
`})
			borrow(t, name)
			s.checkSelftest(name, "--json")
			s.expect("status", 3, name+": not running", "status", name)
			s.expect("start", 0, name+": started", "start", name)
			s.checkSelftest(name, "--json", "--yes")
			s.expect("status", 0, name+": running", "status", name)
			s.expect("stop", 0, name+": stopped", "stop", name)
		})
	}
}

// checkSelftest expects all rows to run, and those to be right that svctl needs from a
// script. The exit status agrees with the answer.
func (s *scene) checkSelftest(name string, options ...string) {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(bin, "svctl"), append([]string{"selftest", name}, options...)...)
	cmd.Dir, cmd.Env, cmd.Stderr = s.dir, s.env, os.Stderr
	text, _ := cmd.Output() // the exit status is checked below
	var report struct {
		Path string
		OK   bool
		Rows []struct {
			Before, Action string
			Argv           []string
			Expected       []int
			Code           int
			OK             bool
			Text           string
		}
	}
	if err := json.Unmarshal(text, &report); err != nil {
		s.t.Fatalf("no answer: %v: %s", err, text)
	}
	if report.Path != name || len(report.Rows) != 21 {
		s.t.Fatalf("%d rows of %q", len(report.Rows), report.Path)
	}
	wrong := 0
	for i, row := range report.Rows {
		if want := []string{"/usr/sbin/service", name, row.Action}; !slices.Equal(row.Argv, want) {
			s.t.Errorf("row %d: got the words %q, want %q", i+1, row.Argv, want)
		}
		if row.OK != (slices.Contains(row.Expected, row.Code) && row.Text == "") {
			s.t.Errorf("row %d says %v: %+v", i+1, row.OK, row)
		}
		if row.OK {
			continue
		}
		wrong++
		if slices.Contains([]string{"start", "stop", "restart", "status", "force-reload"}, row.Action) {
			s.t.Errorf("row %d is wrong: %+v", i+1, row)
		}
	}
	if code := cmd.ProcessState.ExitCode(); report.OK != (wrong == 0) || report.OK != (code == 0) || code > 1 {
		s.t.Errorf("%d rows are wrong, the answer is %v, and the exit status %d", wrong, report.OK, code)
	}
}

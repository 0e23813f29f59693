package integration

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

const examples = "../examples"

// configurations are the files below examples that svctl reads, with their services.
var configurations = map[string][]string{
	"demo.conf":            {"web/frontend", "web/backend", "cache", "poller", "report"},
	"groups.conf":          {"web/proxy", "web/sites/shop", "web/sites/wiki", "web/maintenance/import", "web/maintenance/export"},
	"simple.conf":          {"httpd", "api", "poller", "reports"},
	"simple.json":          {"httpd", "api", "poller", "reports"},
	"supervise.conf":       {"shop/redis", "shop/nginx", "worker", "poller", "mail"},
	"services.d/shop.conf": {"shop"},
	"services.d/wiki.conf": {"wiki"},
}

func TestExamplesLoad(t *testing.T) {
	t.Parallel()
	for name, want := range configurations {
		var got []string
		config := loadExample(t, name)
		for _, s := range config.Services() {
			got = append(got, s.Path)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s has the services %q, want %q", name, got, want)
		}
		for _, warning := range config.Warnings {
			t.Errorf("warning: %v", warning)
		}
	}
}

func loadExample(t *testing.T, name string) *servicedef.Config {
	t.Helper()
	kind := servicedef.Apache
	if filepath.Ext(name) == ".json" {
		kind = servicedef.JSON
	}
	config, err := servicedef.Load(filepath.Join(examples, name), kind, configgeneral.OSFiles{})
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// TestExamplesAreAllTested finds files without a test.
func TestExamplesAreAllTested(t *testing.T) {
	t.Parallel()
	for _, name := range exampleFiles(t) {
		_, loaded := configurations[name]
		run := strings.HasPrefix(name, "demo") && filepath.Ext(name) == ".sh" || filepath.Dir(name) == "demo"
		if !loaded && !run {
			t.Errorf("no test loads %s", name)
		}
	}
}

func exampleFiles(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(examples, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(examples, path)
		names = append(names, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestExampleJSON compares simple.json with the output of "svctl config dump" for
// simple.conf.
func TestExampleJSON(t *testing.T) {
	t.Parallel()
	got, err := os.ReadFile(filepath.Join(examples, "simple.json"))
	if err != nil {
		t.Fatal(err)
	}
	if want := configgeneral.Dump(loadExample(t, "simple.conf").Tree); !bytes.Equal(got, want) {
		t.Errorf("simple.json is\n%s\nwant\n%s", got, want)
	}
}

// demonstrated are the commands that demo.sh shows, with N for a pid.
const demonstrated = `svctl list
svctl start
svctl status
svctl check
kill -KILL N
svctl status web/frontend
svctl check
kill -KILL N
svctl status web/backend
svctl start
kill -KILL N
svctl status web/frontend
svctl check web
svctl start web/frontend
svctl check web
svctl restart web
svctl --dry-run stop
svctl match poller
svctl stop
svctl status
`

// TestExampleDemo runs the demo, which checks the exit status of each command, from
// another directory.
func TestExampleDemo(t *testing.T) {
	t.Parallel()
	d := newDemo(t, "demo.sh")
	text, err := d.CombinedOutput()
	if err != nil {
		t.Fatalf("demo.sh: %v\n%s", err, text)
	}
	if got := shownBy(text); got != demonstrated {
		t.Errorf("the demo shows\n%s\nwant\n%s", got, demonstrated)
	}
	for _, line := range []string{
		"web/frontend: started",
		"web/frontend: not running",
		"  frontend: WARNING, not running, not expected",
		"  frontend: WARNING, in \"dirty\" state: 1",
		"report: OK, not running, as expected",
		"cache: stopped",
	} {
		if !bytes.Contains(text, []byte("\n"+line+"\n")) {
			t.Errorf("the demo does not say %q:\n%s", line, text)
		}
	}
}

// demonstratedSupervise are the commands that demo-supervise.sh shows, with N for pids. The table is
// shown when everything has healed.
const demonstratedSupervise = `svctl list
svctl supervise --daemon
svctl status
kill -KILL N
svctl status
kill -KILL N
svctl status
kill -KILL N
svctl status
svctl stop worker
svctl supervise --wake-up
svctl status worker
svctl check
svctl start worker
svctl status
kill -KILL N
svctl status
kill -KILL N
svctl supervise --status
kill -KILL N
svctl status
svctl check
svctl supervise --daemon
svctl status
svctl supervise --quit
svctl status
`

// TestExampleDemoSupervise runs the demo of the supervisor, which fails if a service does
// not heal.
func TestExampleDemoSupervise(t *testing.T) {
	t.Parallel()
	text, err := newDemo(t, "demo-supervise.sh").CombinedOutput()
	if err != nil {
		t.Fatalf("demo-supervise.sh: %v\n%s", err, text)
	}
	if got := shownBy(text); got != demonstratedSupervise {
		t.Errorf("the demo shows\n%s\nwant\n%s", got, demonstratedSupervise)
	}
	for _, line := range []string{
		`svctl supervise \(pid <N>\) is dead, but its pid file exists`,
		`worker: WARNING, not running, not expected, stopped by hand .*`,
		`shop/nginx +running .*\(pid was <N>\)`,
		`  <N>:<N>:<N>.<N> shop/nginx: stopped`,
		`svctl supervise \(pid <N>\) has ended`,
	} {
		if !regexp.MustCompile(`(?m)^` + strings.ReplaceAll(line, "<N>", `[0-9]+`) + `$`).Match(text) {
			t.Errorf("the demo does not say %q:\n%s", line, text)
		}
	}
}

// shownBy returns the commands in the output of a demo, with N for pids.
func shownBy(text []byte) string {
	var shown strings.Builder
	for _, line := range regexp.MustCompile(`(?m)^\$ (.*)$`).FindAllSubmatch(text, -1) {
		fmt.Fprintf(&shown, "%s\n", regexp.MustCompile(`\d+( \d+)*`).ReplaceAll(line[1], []byte("N")))
	}
	return shown.String()
}

// TestExampleDemoCleansUp interrupts the demos as soon as services run.
func TestExampleDemoCleansUp(t *testing.T) {
	t.Parallel()
	for script, moment := range map[string]string{"demo.sh": "$ svctl check\n", "demo-supervise.sh": "$ kill -KILL"} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			interruptDemo(t, script, moment)
		})
	}
}

// interruptDemo interrupts a demo when it prints a text.
func interruptDemo(t *testing.T, script, moment string) {
	t.Helper()
	d := newDemo(t, script)
	output, err := d.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Start(); err != nil {
		t.Fatal(err)
	}
	text := make([]byte, 0, 64*1024)
	for !bytes.Contains(text, []byte(moment)) {
		n, err := output.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if err != nil {
			t.Fatalf("the demo ended too early: %v\n%s", err, text)
		}
	}
	if err := d.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = output.Read(text[:cap(text)])
	}
	if err := d.Wait(); err == nil || err.Error() != "exit status 1" {
		t.Errorf("the demo was interrupted: %v, want exit status 1", err)
	}
}

// newDemo returns a run of the demo that must leave nothing: no process, no file, and
// unchanged examples.
func newDemo(t *testing.T, name string) *exec.Cmd {
	t.Helper()
	before := exampleFiles(t)
	work := t.TempDir()
	id := fmt.Sprintf("demo-%d-%d", os.Getpid(), scripts.Add(1))
	t.Cleanup(func() {
		if left := lingering(id); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
		left, err := os.ReadDir(work)
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
		if after := exampleFiles(t); !slices.Equal(before, after) {
			t.Errorf("the examples were %q, and are %q", before, after)
		}
	})
	script, err := filepath.Abs(filepath.Join(examples, name))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	t.Cleanup(cancel)
	d := exec.CommandContext(ctx, "sh", script)
	d.Dir = work
	d.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "TMPDIR=" + work, mark + "=" + id}
	return d
}

// lingering returns the command lines of the processes with this mark that do not exit,
// and kills them. A program of the demo may sleep for a second longer than the demo
// itself.
func lingering(id string) []string {
	left := marked(id)
	for deadline := time.Now().Add(patience); len(left) > 0 && time.Now().Before(deadline); left = marked(id) {
		time.Sleep(5 * time.Millisecond)
	}
	var lines []string
	for _, p := range left {
		args, _ := proctree.Args(p.PID)
		lines = append(lines, strings.Join(args, " "))
		_ = syscall.Kill(p.PID, syscall.SIGKILL)
	}
	return lines
}

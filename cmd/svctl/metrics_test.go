package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/exposition"
	"github.com/svloop/svloop/internal/resources"
	"github.com/svloop/svloop/internal/supervisor"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// samplesOf returns the samples of the metrics, without their helps and types, and without
// states other than the current one.
func samplesOf(m *metrics) (all []string) {
	for line := range strings.SplitSeq(strings.TrimSuffix(exposition.Text(m.all...), "\n"), "\n") {
		if !strings.HasPrefix(line, "#") && !(strings.HasPrefix(line, "svctl_service_state") && strings.HasSuffix(line, " 0")) {
			all = append(all, strings.TrimPrefix(strings.ReplaceAll(line, `service="s"`, ""), "svctl_"))
		}
	}
	return all
}

// TestServiceMetrics has no sample for what is not known.
func TestServiceMetrics(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1234567)
	for _, test := range []struct {
		expected servicedef.Expected
		found    control.Status
		remarks  remarks
		want     []string
	}{
		{servicedef.Running, control.Status{State: pidfile.Running}, remarks{},
			[]string{"service_up{} 1", "service_expected{} 1", "service_as_expected{} 1", `service_state{,state="running"} 1`, "service_held{} 0"}},
		{servicedef.Running, control.Status{Code: lsb.NotRunning, State: pidfile.Stopped}, remarks{ByHand: &byHand{}},
			[]string{"service_up{} 0", "service_expected{} 1", "service_as_expected{} 0", `service_state{,state="stopped"} 1`, "service_held{} 1"}},
		{servicedef.Stopped, control.Status{Code: lsb.Unknown, State: pidfile.Stuck}, remarks{},
			[]string{"service_expected{} 0", "service_as_expected{} 0", `service_state{,state="stuck"} 1`, "service_held{} 0"}},
		{servicedef.Running, control.Status{Code: lsb.Unknown, State: pidfile.Unknown}, remarks{},
			[]string{"service_expected{} 1", "service_as_expected{} 0", `service_state{,state="unknown"} 1`, "service_held{} 0"}},
		{servicedef.Running, control.Status{Code: lsb.DeadPIDFile, State: pidfile.Restarting, Record: &pidfile.Record{Runs: 8, LastExit: "exit status 3", LastExitTime: at}}, remarks{},
			[]string{"service_up{} 0", "service_expected{} 1", "service_as_expected{} 0", `service_state{,state="restarting"} 1`, "service_held{} 0",
				"service_ready{} 0", "service_restarts_total{} 7", "service_last_exit_code{} 3", "service_last_exit_signal{} 0", "service_last_exit_time_seconds{} 1234.567"}},
		{servicedef.Running, control.Status{Code: lsb.NotRunning, State: pidfile.Failed, Record: &pidfile.Record{Runs: 1, LastExit: "killed by signal SEGV (core dumped)"}}, remarks{},
			[]string{"service_up{} 0", "service_expected{} 1", "service_as_expected{} 0", `service_state{,state="failed"} 1`, "service_held{} 0",
				"service_restarts_total{} 0", "service_last_exit_code{} 139", "service_last_exit_signal{} 11"}},
	} {
		m := newMetrics()
		m.service(&servicedef.Service{Name: "s", Path: "s", Expected: test.expected}, test.found, test.remarks)
		if got := samplesOf(m); !slices.Equal(got, test.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", test.found.State, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
	m := newMetrics()
	processes, err := resources.Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	m.processes(&servicedef.Service{Path: "s"}, control.Status{State: pidfile.Running, PIDs: []int{os.Getpid()}}, processes)
	m.processes(&servicedef.Service{Path: "stopped"}, control.Status{Code: lsb.NotRunning, PIDs: []int{os.Getpid()}}, processes)
	got := strings.Join(samplesOf(m), "\n")
	if !regexp.MustCompile(`^service_start_time_seconds\{\} \d{10}\.?\d*\nservice_processes\{\} [1-9]\d*\nservice_memory_bytes\{\} \d{6,}\nservice_process_cpu_seconds_total\{\} [\d.]+$`).MatchString(got) {
		t.Errorf("of this process: %s", got)
	}
}

func TestSupervisorMetrics(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	m.supervision(pidfile.Status{State: pidfile.Stuck})
	if got := samplesOf(m); !slices.Equal(got, []string{""}) {
		t.Errorf("stuck: got %q", got)
	}
	m.supervision(pidfile.Status{State: pidfile.Dead})
	if got := samplesOf(m); !slices.Equal(got, []string{"supervisor_up 0"}) {
		t.Errorf("dead: got %q", got)
	}
}

// TestMetricsAlways writes metrics that report a wrong configuration, and replaces those of
// a right one.
func TestMetricsAlways(t *testing.T) {
	t.Parallel()
	dir, conf := writeConf(t, inState("a", 0, "running")+inState("b", 1, "running"))
	path := filepath.Join(dir, "svctl.prom")
	written := func() string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
	wantAnswer(t, dir, answer{}, "--conf", conf, "metrics", "--output", path)
	for _, want := range []string{"svctl_config_ok 1\n", "svctl_config_services 2\n", `svctl_service_up{service="b"} 0`} {
		if !strings.Contains(written(), want) {
			t.Errorf("no %q in\n%s", want, written())
		}
	}
	if stdout, stderr, code := svctl("--conf", conf, "metrics", "--output", "-"); !strings.Contains(stdout, "svctl_config_ok 1\n") || stderr != "" || code != 0 {
		t.Errorf("got %q, %q, %d", stdout, stderr, code)
	}
	writeFile(t, conf, "<entry>\n", 0o644)
	wantAnswer(t, dir, answer{stderr: "svctl: DIR/a.conf:1:1: block \"<entry>\" is not closed: add \"</entry>\"\n", code: 6}, "--conf", conf, "metrics", "--output", path)
	if !strings.Contains(written(), "svctl_config_ok 0\n") || strings.Contains(written(), "service") && strings.Contains(written(), "{service=") {
		t.Errorf("got\n%s", written())
	}
	writeFile(t, conf, "", 0o644) // as after the installation of a package
	wantAnswer(t, dir, answer{}, "--conf", conf, "metrics", "--output", path)
	if !strings.Contains(written(), "svctl_config_ok 1\n") || !strings.Contains(written(), "svctl_config_services 0\n") {
		t.Errorf("got\n%s", written())
	}
	wantAnswer(t, dir, answer{stderr: "svctl: metrics takes no names: it measures all services of the configuration\nsvctl: hint: try svctl --help\n", code: 2}, "metrics", "a")
	wantAnswer(t, dir, answer{stderr: "svctl: cannot write metrics: open DIR/no/x: no such file or directory\nsvctl: hint: create the directory \"DIR/no\"\n", code: 1}, "--conf", conf, "metrics", "--output", dir+"/no/x")
	wantAnswer(t, dir, answer{stderr: "svctl: cannot write metrics: replace DIR: it is not a regular file\n", code: 1}, "--conf", conf, "metrics", "--output", dir)
}

// TestMetricsDocumented compares docs/monitoring.md with the metrics.
func TestMetricsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/monitoring.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented, exist []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(svctl_\\w+)(?:\\{[^`]*)?` \\| (gauge|counter) \\|").FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, m[1]+" "+m[2])
	}
	for _, m := range newMetrics().all {
		exist = append(exist, m.Name+" "+string(m.Type))
		if strings.HasSuffix(m.Name, "_total") != (m.Type == exposition.Counter) || m.Help == "" || !strings.HasSuffix(m.Help, ".") {
			t.Errorf("%s: %s, %q", m.Name, m.Type, m.Help)
		}
	}
	if !slices.Equal(documented, exist) {
		t.Errorf("documented are\n%s\nwritten are\n%s", strings.Join(documented, "\n"), strings.Join(exist, "\n"))
	}
	for _, name := range []string{supervisor.Managed, supervisor.AsExpected, supervisor.Cycles, supervisor.LastCycle, supervisor.Repairs, supervisor.FailedRepairs, supervisor.Reloads, supervisor.FailedReload} {
		if !strings.Contains(page(t, "svctl-supervise.1"), name) {
			t.Errorf("svctl-supervise(1) does not explain the count %q", name)
		}
	}
}

package integration

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// needTool leaves the test out if a program is missing.
func needTool(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		leaveOut(t, name+" is missing")
	}
}

// metricsHost has services in several states, with odd names.
func metricsHost(t *testing.T) superviseHost {
	t.Helper()
	h := superviseHost{newHost(t)}
	var b strings.Builder
	for i, name := range oddNames {
		fmt.Fprintf(&b, "<entry>\ntype = service\nname = \"%s\"\nstart = /bin/true\nstatus = program exit %d\n</entry>\n", name, []int{0, 3, 4}[i%3])
	}
	fmt.Fprintf(&b, "<entry>\ntype = service\nname = web\nstart = program serve\ndaemon = %s\n</entry>\n", filepath.Join(h.dir, "web.pid"))
	check(t, os.WriteFile(filepath.Join(h.dir, "svctl.conf"), []byte(b.String()), 0o644))
	return h
}

// metrics returns what svctl prints.
func (h superviseHost) metrics() string {
	h.Helper()
	a := h.svctl("metrics")
	if a.code != 0 || a.stderr != "" {
		h.Errorf("metrics: %s", a)
	}
	return a.stdout
}

// TestMetricsPromtool has promtool check the metrics of services in any state.
func TestMetricsPromtool(t *testing.T) {
	t.Parallel()
	needTool(t, "promtool")
	h := metricsHost(t)
	h.wantValid(h.metrics())
}

func (h superviseHost) wantValid(text string) {
	h.Helper()
	cmd := exec.Command("promtool", "check", "metrics")
	cmd.Stdin = strings.NewReader(text)
	if a := h.run(cmd); a.code != 0 || a.stderr != "" || a.stdout != "" {
		h.Errorf("promtool: %s\n%s", a, text)
	}
}

// TestMetricsOfSupervisor has all metrics of a supervisor and its services.
func TestMetricsOfSupervisor(t *testing.T) {
	t.Parallel()
	needTool(t, "promtool")
	h := superviseHost{newHost(t)}
	h.configure([]string{"a", "b"}, "one_for_one")
	supervise := func(args ...string) answer {
		return h.svctl(append([]string{"--log", "file", "--logfile", filepath.Join(h.dir, "log"), "supervise"}, args...)...)
	}
	if a := supervise("--daemon", "--interval", "0.2"); a.code != 0 {
		t.Fatalf("supervise: %s", a)
	}
	before := h.metrics()
	h.wantValid(before)
	wantSamples(t, before, "config_ok 1", "config_services 2", `service_up\{service="g/a"\} 1`, `service_restarts_total\{service="g/a"\} 0`,
		`service_start_time_seconds\{service="g/a"\} 1\d{9}(\.\d+)?`, `service_ready\{service="g/a"\} 1`,
		"supervisor_up 1", `supervisor_start_time_seconds 1\d{9}(\.\d+)?`, "supervisor_services 2", "supervisor_services_as_expected 2",
		`supervisor_cycles_total [1-9]\d*`, `supervisor_last_cycle_time_seconds 1\d{9}(\.\d+)?`, "supervisor_repairs_total 2",
		"supervisor_failed_repairs_total 0", "supervisor_reloads_total 0", "supervisor_last_reload_ok 1")
	programs, _ := h.processes()
	check(t, syscall.Kill(programs[0], syscall.SIGKILL))
	h.await("the repair", func() bool {
		return strings.Contains(h.metrics(), "svctl_supervisor_repairs_total 3\n")
	})
	h.await("another cycle", func() bool {
		return cyclesIn(h.metrics()) > cyclesIn(before)
	})
	check(t, os.Rename(filepath.Join(h.dir, "svctl.conf"), filepath.Join(h.dir, "right.conf")))
	check(t, os.WriteFile(filepath.Join(h.dir, "svctl.conf"), []byte("<entry>\n"), 0o644))
	pids, err := filepath.Glob(filepath.Join(h.dir, ".svctl", "supervise-*.pid"))
	if check(t, err); len(pids) != 1 {
		t.Fatalf("pid files %q", pids)
	}
	text, err := os.ReadFile(pids[0])
	check(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	check(t, err)
	check(t, syscall.Kill(pid, syscall.SIGHUP))
	h.await("the failed reload", func() bool { return strings.Contains(h.log(), "cannot reload") })
	check(t, os.Rename(filepath.Join(h.dir, "right.conf"), filepath.Join(h.dir, "svctl.conf")))
	h.await("its metric", func() bool {
		text := h.metrics()
		return strings.Contains(text, "svctl_supervisor_reloads_total 1\n") && strings.Contains(text, "svctl_supervisor_last_reload_ok 0\n")
	})
	h.wantValid(h.metrics())
	if a := supervise("--quit"); a.code != 0 {
		t.Errorf("quit: %s", a)
	}
	wantSamples(t, h.metrics(), "supervisor_up 0", `service_up\{service="g/a"\} 0`)
	h.await("the end of all processes", func() bool { return len(marked(h.id)) == 0 })
}

func cyclesIn(text string) int {
	m := regexp.MustCompile(`(?m)^svctl_supervisor_cycles_total (\d+)$`).FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

func wantSamples(t *testing.T, text string, patterns ...string) {
	t.Helper()
	for _, pattern := range patterns {
		if !regexp.MustCompile(`(?m)^svctl_` + pattern + `$`).MatchString(text) {
			t.Errorf("no %s in\n%s", pattern, text)
		}
	}
}

// listening runs a server on a free port of the loopback, and returns its URL, which it
// prints on standard error.
func (h *host) listening(name string, args ...string) (url string) {
	h.Helper()
	cmd := exec.Command(name, append(args, "--web.listen-address=127.0.0.1:0")...)
	cmd.Dir, cmd.Env = h.dir, h.environment()
	stderr, err := cmd.StderrPipe()
	check(h, err)
	check(h, cmd.Start())
	h.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	lines := bufio.NewScanner(stderr)
	var all []string
	for lines.Scan() {
		all = append(all, lines.Text())
		if m := regexp.MustCompile(`msg="Listening on" address=(127\.0\.0\.1:[1-9]\d*)`).FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, stderr) }()
			return "http://" + m[1]
		}
	}
	h.Fatalf("%s does not listen: %s", name, strings.Join(all, "\n"))
	return ""
}

func (h *host) get(url string) string {
	h.Helper()
	client := http.Client{Timeout: patience}
	r, err := client.Get(url)
	if err != nil {
		return err.Error()
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	check(h, err)
	return string(text)
}

// TestMetricsScraped has node_exporter read the file and Prometheus scrape it: the
// samples arrive as they were written, and the alert on a stopped service is raised.
func TestMetricsScraped(t *testing.T) {
	t.Parallel()
	needTool(t, "prometheus-node-exporter")
	needTool(t, "prometheus")
	h := metricsHost(t)
	out := filepath.Join(h.dir, "out")
	check(t, os.Mkdir(out, 0o755))
	if a := h.svctl("metrics", "--output", filepath.Join(out, "svctl.prom")); a.code != 0 || a.stdout+a.stderr != "" {
		t.Fatalf("metrics: %s", a)
	}
	written, err := os.ReadFile(filepath.Join(out, "svctl.prom"))
	check(t, err)
	exporter := h.listening("prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile", "--collector.textfile.directory="+out)
	scraped := h.get(exporter + "/metrics")
	for _, line := range append(strings.Split(strings.TrimSpace(string(written)), "\n"), "node_textfile_scrape_error 0") {
		if strings.HasPrefix(line, "svctl_config_load_time_seconds") || strings.HasPrefix(line, "svctl_build_info") {
			line, _, _ = strings.Cut(line, "{") // Prometheus writes large numbers in another form
			line, _, _ = strings.Cut(line, " ")
		}
		if !strings.Contains(scraped, line) {
			t.Errorf("no %s in\n%s", line, scraped)
		}
	}
	rules, err := filepath.Abs("../packaging/monitoring/svctl.rules.yml")
	check(t, err)
	config := fmt.Sprintf("global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [%q]\nscrape_configs: [{job_name: node, static_configs: [{targets: [%q]}]}]\n",
		rules, strings.TrimPrefix(exporter, "http://"))
	check(t, os.WriteFile(filepath.Join(h.dir, "prometheus.yml"), []byte(config), 0o644))
	prometheus := h.listening("prometheus", "--config.file="+filepath.Join(h.dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(h.dir, "data"))
	for _, name := range []string{"two words", "a|b", "web"} { // stopped
		h.await("the alert on "+name, func() bool {
			return hasAlert(h.get(prometheus+"/api/v1/alerts"), "SvctlServiceDown", name)
		})
	}
	if alerts := h.get(prometheus + "/api/v1/alerts"); hasAlert(alerts, "SvctlServiceDown", "plain") {
		t.Errorf("an alert for a service that runs: %s", alerts)
	}
}

func hasAlert(answer, alert, service string) bool {
	var a struct {
		Data struct {
			Alerts []struct{ Labels map[string]string }
		}
	}
	if json.Unmarshal([]byte(answer), &a) != nil {
		return false
	}
	for _, found := range a.Data.Alerts {
		if found.Labels["alertname"] == alert && found.Labels["service"] == service {
			return true
		}
	}
	return false
}

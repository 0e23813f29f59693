package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documentedMetrics returns the names in the table of docs/monitoring.md, which has all
// metrics: see TestMetricsDocumented of svctl.
func documentedMetrics(t *testing.T) (names []string) {
	t.Helper()
	text, err := os.ReadFile("../docs/monitoring.md")
	check(t, err)
	for _, m := range regexp.MustCompile("(?m)^\\| `(svctl_\\w+)").FindAllStringSubmatch(string(text), -1) {
		names = append(names, m[1])
	}
	if len(names) == 0 {
		t.Fatal("docs/monitoring.md has no table of metrics")
	}
	return names
}

// wantKnown fails for a metric that does not exist.
func wantKnown(t *testing.T, where, text string, known []string) {
	t.Helper()
	for _, name := range regexp.MustCompile(`\bsvctl_\w+`).FindAllString(text, -1) {
		if !slices.Contains(known, name) {
			t.Errorf("%s: there is no metric %s", where, name)
		}
	}
}

// TestAlertRules checks the syntax of the rules that the packages have, and runs their
// tests.
func TestAlertRules(t *testing.T) {
	t.Parallel()
	needTool(t, "promtool")
	h := newHost(t)
	rules, err := filepath.Abs("../packaging/monitoring/svctl.rules.yml")
	check(t, err)
	text, err := os.ReadFile(rules)
	check(t, err)
	tests, err := os.ReadFile("testdata/monitoring/rules_test.yml")
	check(t, err)
	for _, m := range regexp.MustCompile(`(?m)^ +expr: (.*)$`).FindAllStringSubmatch(string(text), -1) {
		wantKnown(t, "an alert", m[1], documentedMetrics(t))
	}
	for _, m := range regexp.MustCompile(`(?m)- alert: (\w+)$`).FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(string(tests), "        alertname: "+m[1]+"\n") {
			t.Errorf("no test has the alert %s raised", m[1])
		}
	}
	file := filepath.Join(h.dir, "test.yml")
	check(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(tests), "RULES", rules)), 0o644))
	for _, args := range [][]string{{"check", "rules", rules}, {"test", "rules", file}} {
		if a := h.run(exec.Command("promtool", args...)); a.code != 0 || !strings.Contains(a.stdout, "SUCCESS") {
			t.Errorf("promtool %q: %s", args, a)
		}
	}
}

// TestDashboard has promtool parse every expression of the dashboard that the packages
// have.
func TestDashboard(t *testing.T) {
	t.Parallel()
	needTool(t, "promtool")
	text, err := os.ReadFile("../packaging/monitoring/svctl.dashboard.json")
	check(t, err)
	var dashboard struct {
		Title  string
		Panels []struct {
			Title, Type string
			GridPos     struct{ X, Y, W, H int }
			Targets     []struct{ Expr string }
		}
		Templating struct {
			List []struct {
				Name  string
				Query any
			}
		}
	}
	check(t, json.Unmarshal(text, &dashboard))
	known := documentedMetrics(t)
	wantKnown(t, "the dashboard", string(regexp.MustCompile(`"uid": "svctl[^"]*"`).ReplaceAll(text, nil)), known)
	variables := strings.NewReplacer("$instance", ".*", "$service", ".*", "$__rate_interval", "5m")
	rules := "groups:\n- name: dashboard\n  rules:\n"
	count := 0
	for _, p := range dashboard.Panels {
		if p.Title == "" || p.Type == "" || p.GridPos.W == 0 || p.GridPos.X+p.GridPos.W > 24 || len(p.Targets) == 0 {
			t.Errorf("panel %+v", p)
		}
		for _, target := range p.Targets {
			expr, err := json.Marshal(variables.Replace(target.Expr)) // a JSON text is one of YAML
			check(t, err)
			if strings.Contains(string(expr), "$") {
				t.Errorf("%s: an unknown variable", expr)
			}
			rules += fmt.Sprintf("  - record: expression:%d\n    expr: %s\n", count, expr)
			count++
		}
	}
	if count < 10 || len(dashboard.Templating.List) != 3 {
		t.Errorf("%d expressions, variables %+v", count, dashboard.Templating.List)
	}
	h := newHost(t)
	check(t, os.WriteFile(filepath.Join(h.dir, "rules.yml"), []byte(rules), 0o644))
	if a := h.run(exec.Command("promtool", "check", "rules", "rules.yml")); a.code != 0 || !strings.Contains(a.stdout, fmt.Sprintf("SUCCESS: %d rules found", count)) {
		t.Errorf("promtool: %s\n%s", a, rules)
	}
}

// TestMetricsUnits has systemd check the units that the packages have.
func TestMetricsUnits(t *testing.T) {
	t.Parallel()
	needTool(t, "systemd-analyze")
	h := newHost(t)
	for _, name := range []string{"svctl-metrics.service", "svctl-metrics.timer"} {
		text, err := os.ReadFile("../packaging/monitoring/" + name)
		check(t, err)
		text = []byte(strings.ReplaceAll(string(text), "/usr/bin/svctl", filepath.Join(bin, "svctl")))
		check(t, os.WriteFile(filepath.Join(h.dir, name), text, 0o644))
	}
	a := h.run(exec.Command("systemd-analyze", "verify", "--man=no", "./svctl-metrics.service", "./svctl-metrics.timer"))
	if a.code != 0 || strings.Contains(a.stderr, "svctl-metrics") {
		t.Errorf("systemd-analyze: %s", a)
	}
}

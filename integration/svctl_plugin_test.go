package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// oddNames are names of services that contain what separates the parts of the output of a
// plugin.
var oddNames = []string{"plain", "two words", "it's", "a=1;2;3", "a|b", "ünï", "x\xffy"}

// pluginHost has a service for each of the odd names: running, stopped against its
// expected state, or in an unknown state. The command of the last one hangs.
func pluginHost(t *testing.T) superviseHost {
	h := superviseHost{newHost(t)}
	var b strings.Builder
	for i, name := range oddNames {
		fmt.Fprintf(&b, "<entry>\ntype = service\nname = \"%s\"\nstart = x\nstatus = program exit %d\n</entry>\n", name, []int{0, 0, 3, 4}[i%4])
	}
	check(t, os.WriteFile(filepath.Join(h.dir, "svctl.conf"), []byte(b.String()), 0o644))
	return h
}

// The grammar of the guidelines, as far as other programs read it.
var (
	pluginLine = regexp.MustCompile(`^[A-Z]+ (OK|WARNING|CRITICAL|UNKNOWN): [^|\n]+ \| ([^|\n]+)$`)
	pluginPerf = regexp.MustCompile(`^'[^'=|]+'=-?\d+(\.\d+)?(c|s)?(;@?(~|-?[\d.]+)?:?([\d.]+)?){0,2}(;-?[\d.]*){0,2}$`)
)

// TestPluginGrammar compares the output with the grammar of the Monitoring Plugins
// Development Guidelines.
func TestPluginGrammar(t *testing.T) {
	t.Parallel()
	h := pluginHost(t)
	codes := map[string]int{"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}
	for _, names := range append([][]string{nil, oddNames[:2]}, each(oddNames)...) {
		a := h.svctl(append([]string{"check", "--plugin", "-w", "~:3", "-c", "@5:9/60", "--"}, names...)...)
		first, long, _ := strings.Cut(a.stdout, "\n")
		m := pluginLine.FindStringSubmatch(first)
		if m == nil || codes[m[1]] != a.code || strings.Contains(long, "|") || a.stderr != "" || len(a.stdout) > 4000 {
			t.Errorf("%q: not in the grammar: %s", names, a)
			continue
		}
		for _, word := range regexp.MustCompile(`'[^']*'=\S*`).FindAllString(m[2], -1) {
			if !pluginPerf.MatchString(word) {
				t.Errorf("%q: not in the grammar: %q", names, word)
			}
		}
	}
}

func each(names []string) (all [][]string) {
	for _, name := range names {
		all = append(all, []string{name})
	}
	return all
}

// TestPluginNegate wraps the plugin in negate(1) of the Monitoring Plugins.
func TestPluginNegate(t *testing.T) {
	t.Parallel()
	const negate = "/usr/lib/nagios/plugins/negate"
	if _, err := os.Stat(negate); err != nil {
		leaveOut(t, "monitoring-plugins-basic is missing")
	}
	h := pluginHost(t)
	for _, test := range []struct {
		options []string
		name    string
		code    int
		want    string
	}{
		{nil, "plain", 2, "SVCTL OK: plain: running, as expected | 'plain'=0;;;0;3\n"},
		{[]string{"-s"}, "plain", 2, "SVCTL CRITICAL: plain: running, as expected | 'plain'=0;;;0;3\n"},
		{[]string{"-o", "CRITICAL"}, "plain", 2, "SVCTL OK: plain: running, as expected | 'plain'=0;;;0;3\n"},
		{[]string{"-s", "-c", "WARNING"}, "it's", 1, "SVCTL WARNING: it's: not running, not expected | 'it\\x27s'=2;;;0;3\n"},
		{[]string{"-s"}, "a=1;2;3", 3, "SVCTL UNKNOWN: a=1;2;3: unknown | 'a\\x3d1;2;3'=3;;;0;3\n"},
	} {
		args := append(test.options, filepath.Join(bin, "svctl"), "--conf", filepath.Join(h.dir, "svctl.conf"), "check", "--plugin", test.name)
		if a := h.run(exec.Command(negate, args...)); a.code != test.code || a.stdout != test.want || a.stderr != "" {
			t.Errorf("negate %q: %s", test.options, a)
		}
	}
}

// parsePerf prints the performance data as the library of plugins in Perl parses them.
const parsePerf = `
use Monitoring::Plugin::Performance;
my ($line) = split /\n/, do { local $/; <STDIN> };
my @all = Monitoring::Plugin::Performance->parse_perfstring((split / \| /, $line)[1]);
printf "%s|%s|%s|%s|%s|%s|%s\n", map { $_ // "" } $_->label, $_->value, $_->uom, $_->warning, $_->critical, $_->min, $_->max for @all;
`

// TestPluginPerl has the performance data parsed by Perl's Monitoring::Plugin.
func TestPluginPerl(t *testing.T) {
	t.Parallel()
	if exec.Command("perl", "-MMonitoring::Plugin::Performance", "-e", "1").Run() != nil {
		leaveOut(t, "libmonitoring-plugin-perl is missing")
	}
	h := pluginHost(t)
	a := h.svctl("check", "--plugin")
	cmd := exec.Command("perl", "-e", parsePerf)
	cmd.Stdin = strings.NewReader(a.stdout)
	want := "critical|2||||0|7\nwarning|0||||0|7\nunknown|1||||0|7\nok|4||||0|7\n"
	for i, label := range []string{"plain", "two words", `it\x27s`, `a\x3d1;2;3`, `a\x7cb`, "ünï", `x\xffy`} {
		want += fmt.Sprintf("%s|%d||||0|3\n", label, []int{0, 0, 2, 3}[i%4])
	}
	if got := h.run(cmd); got.stdout != want || got.code != 0 {
		t.Errorf("%s\nparsed as\n%s\nwant\n%s", a.stdout, got, want)
	}
}

// nagiosConfig makes Nagios check one service, without a web server and without
// notifications. DIR is its directory.
const nagiosConfig = `log_file=DIR/nagios.log
cfg_file=DIR/objects.cfg
object_cache_file=DIR/objects.cache
precached_object_file=DIR/objects.precache
status_file=DIR/status.dat
lock_file=DIR/nagios.pid
temp_file=DIR/nagios.tmp
temp_path=DIR
check_result_path=DIR/results
query_socket=DIR/qh
command_file=DIR/commands
nagios_user=USER
nagios_group=GROUP
status_update_interval=1
interval_length=1
service_inter_check_delay_method=n
host_inter_check_delay_method=n
check_external_commands=0
retain_state_information=0
check_for_updates=0
use_syslog=0
`

// nagiosObjects is what the objects in docs/monitoring.md refer to.
const nagiosObjects = `define contact {
    contact_name                  admin
    host_notifications_enabled    0
    service_notifications_enabled 0
    host_notification_period      24x7
    service_notification_period   24x7
    host_notification_commands    check_svctl
    service_notification_commands check_svctl
}
define host {
    host_name             localhost
    address               127.0.0.1
    max_check_attempts    1
    check_period          24x7
    notification_period   24x7
    contacts              admin
    active_checks_enabled 0
}
define timeperiod {
    timeperiod_name 24x7
    alias           24x7
    sunday          00:00-24:00
    monday          00:00-24:00
    tuesday         00:00-24:00
    wednesday       00:00-24:00
    thursday        00:00-24:00
    friday          00:00-24:00
    saturday        00:00-24:00
}
`

// printedBlock returns the only block of a kind in docs/monitoring.md.
func printedBlock(t *testing.T, kind string) string {
	t.Helper()
	text, err := os.ReadFile("../docs/monitoring.md")
	check(t, err)
	blocks, err := blocksOf(string(text))
	check(t, err)
	for _, b := range blocks {
		if b.kind == kind {
			return strings.Join(b.lines, "\n") + "\n"
		}
	}
	t.Fatalf("docs/monitoring.md has no block %q", kind)
	return ""
}

// TestPluginNagios has Nagios run the plugin as docs/monitoring.md defines it, and reads
// its state file.
func TestPluginNagios(t *testing.T) {
	t.Parallel()
	const nagios = "/usr/sbin/nagios4"
	if _, err := os.Stat(nagios); err != nil {
		leaveOut(t, "nagios4-core is missing")
	}
	if os.Geteuid() != 0 {
		leaveOut(t, "a PID namespace for Nagios needs root")
	}
	inNamespace := []string{"--fork", "--pid", "--mount-proc", "--kill-child"}
	if err := exec.Command("unshare", append(slices.Clone(inNamespace), "true")...).Run(); err != nil {
		leaveOut(t, fmt.Sprintf("no PID namespace can be made: %v", err))
	}
	h := pluginHost(t)
	me, err := user.Current()
	check(t, err)
	group, err := user.LookupGroupId(me.Gid)
	check(t, err)
	values := strings.NewReplacer("DIR", h.dir, "USER", me.Username, "GROUP", group.Name)
	objects := strings.NewReplacer("/usr/bin/svctl", "svctl --conf "+h.dir+"/svctl.conf", "check_svctl!shop",
		"check_svctl!plain 'two words' ünï 'a|b' \"it's\"").Replace(printedBlock(t, "nagios"))
	check(t, os.Mkdir(filepath.Join(h.dir, "results"), 0o755))
	check(t, os.WriteFile(filepath.Join(h.dir, "nagios.cfg"), []byte(values.Replace(nagiosConfig)), 0o644))
	check(t, os.WriteFile(filepath.Join(h.dir, "objects.cfg"), []byte(objects+nagiosObjects), 0o644))
	cmd := exec.Command("unshare", append(inNamespace, nagios, filepath.Join(h.dir, "nagios.cfg"))...)
	cmd.Dir, cmd.Env = h.dir, h.environment()
	check(t, cmd.Start())
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		h.await("the end of Nagios", func() bool { return len(marked(h.id)) == 0 })
	}()
	var status string
	h.await("a check by Nagios", func() bool {
		text, _ := os.ReadFile(filepath.Join(h.dir, "status.dat"))
		_, status, _ = strings.Cut(string(text), "servicestatus {")
		return strings.Contains(status, "\thas_been_checked=1\n")
	})
	for _, want := range []string{
		"current_state=2",
		"plugin_output=SVCTL CRITICAL: 1 of 5 services not OK: it's: not running, not expected",
		`long_plugin_output=[CRITICAL] it's: not running, not expected\n[OK] plain: running, as expected\n[OK] two words: running, as expected\n[OK] ünï: running, as expected\n[OK] a\\x7cb: running, as expected`,
		`performance_data='critical'=1;;;0;5 'warning'=0;;;0;5 'unknown'=0;;;0;5 'ok'=4;;;0;5 'plain'=0;;;0;3 'two words'=0;;;0;3 'ünï'=0;;;0;3 'a\x7cb'=0;;;0;3 'it\x27s'=2;;;0;3`,
	} {
		if !strings.Contains(status, "\t"+want+"\n") {
			t.Errorf("Nagios has no %q in\n%s", want, status)
		}
	}
}

// TestMonitoringJSON parses the check of Consul in docs/monitoring.md.
func TestMonitoringJSON(t *testing.T) {
	t.Parallel()
	var consul struct{ Check struct{ Args []string } }
	check(t, json.Unmarshal([]byte(printedBlock(t, "json")), &consul))
	if want := []string{"/usr/bin/svctl", "check", "--plugin", "--timeout", "20", "shop"}; !slices.Equal(consul.Check.Args, want) {
		t.Errorf("got %q", consul.Check.Args)
	}
}

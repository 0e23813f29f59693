package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// unitOptions are daemon_options that become options of a unit, or make svloop run the
// program: all options of a daemon.
var unitOptions = []string{
	"", "--restart always", "--restart on-failure --backoff 0.5:30", "--restart on-failure --max-failures 5/60",
	"-c 0 --sleep 1.5", "-c 3", "--sleep 2", "--timeout 90", "--watchdog 30", "--ready notify --ready-timeout 5",
	"--ready fd:3", "--ready tcp:localhost:80", "--ready alive:1.5", "--ready pidfile:/run/x.pid",
	"--kill-spec TERM/10%20KILL", "--kill-spec KILL", "--kill-spec INT", "--kill-spec HUP/1%20INT/2%20TERM",
	"--survivors adopt", "--survivors refuse", "--stdin /dev/null --stdout /tmp/a%20b.log --stderr inherit",
	"--stdout null --stderr syslog", "--log /tmp/x.log --debug", "--user daemon", "--user daemon --group bin", "--umask 027",
	"--chdir /tmp/50%25", "--chroot / --chdir tmp", "--env A=b%20%25%24%22c --env PATH=/bin", "--env-file /etc/environment",
	"--clear-env", "--nice -5", "--rlimit nofile=100:200 --rlimit core=unlimited --rlimit cpu=5", "--oom-score-adj -100", "--no-new-privs",
}

// TestExportedUnits expects systemd-analyze to accept every unit.
func TestExportedUnits(t *testing.T) {
	t.Parallel()
	if found, err := condition("have:systemd-analyze"); err != nil || !found {
		leaveOut(t, "systemd-analyze is not installed")
	}
	var conf strings.Builder
	var units []string
	entry := func(name, keys string) {
		fmt.Fprintf(&conf, "<entry>\ntype = service\nname = %s\n%s\n</entry>\n", name, keys)
		units = append(units, name+".service")
	}
	entry("control", "control = /bin/true\ntimeout = 0.5")
	entry("command", "start = /bin/true -d\nstop = /bin/true\nstatus = /bin/true\nexpected = stopped\nrestart = /bin/true")
	entry("pattern", "start = sleep 1\npath = /bin:/usr/bin\npattern = sleep")
	for i, options := range unitOptions {
		keys := fmt.Sprintf("start = /bin/sleep 1\ndaemon = /run/x%d.pid", i)
		if options != "" {
			keys += "\ndaemon_options = " + options
		}
		entry(fmt.Sprintf("option%d", i), keys)
	}
	for i, word := range shellWords {
		encoded := ""
		for b := range []byte(word) {
			encoded += fmt.Sprintf("%%%02x", word[b])
		}
		entry(fmt.Sprintf("word%d", i), fmt.Sprintf("start = /bin/echo %s x%s\ndaemon = /run/w%d.pid", encoded, encoded, i))
	}
	s := newScene(t, map[string]string{"svctl.conf": conf.String()})
	dir := t.TempDir()
	if code, text := s.svctl("export", "systemd", "--output", dir); code != 0 {
		t.Fatalf("exit status %d: %s", code, text)
	}
	for i, name := range units {
		units[i] = filepath.Join(dir, name)
	}
	if text, err := exec.Command("systemd-analyze", append([]string{"verify", "--man=no"}, units...)...).CombinedOutput(); err != nil || len(text) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, text)
	}
}

// newUnitHost returns a host with a directory for units, on which systemd does not run.
func newUnitHost(t *testing.T, conf string) (h *initHost, system string) {
	t.Helper()
	if os.Geteuid() != 0 {
		leaveOut(t, "a mount namespace needs root")
	}
	if found, err := condition("have:systemctl"); err != nil || !found {
		leaveOut(t, "systemctl is not installed")
	}
	h = &initHost{scene: newScene(t, map[string]string{"svctl.conf": conf})}
	h.root = filepath.Join(h.dir, "host")
	system = filepath.Join(h.root, "etc/systemd/system")
	check(t, os.MkdirAll(system, 0o755))
	// In this /run no file shows that systemd runs.
	check(t, os.MkdirAll(filepath.Join(h.root, "run"), 0o755))
	return h, system
}

// TestInstalledUnit installs and uninstalls a unit on a host without a running systemd,
// as in an image under construction.
func TestInstalledUnit(t *testing.T) {
	t.Parallel()
	h, system := newUnitHost(t, `<entry>
    type = service
    name = on
    start = /bin/sleep 1000
    daemon = /run/svctl-test-on.pid
</entry>
<entry>
    type = service
    name = off
    start = /bin/sleep 1000
    daemon = /run/svctl-test-off.pid
    expected = stopped
</entry>
`)
	svctl := filepath.Join(bin, "svctl")
	wants := filepath.Join(system, "multi-user.target.wants")

	a := h.run(svctl, "export", "systemd", "--install")
	want := "write /etc/systemd/system/on.service\nwrite /etc/systemd/system/off.service\nrun systemctl enable on.service\nrun systemctl disable off.service\n"
	if a.code != 0 || a.stdout != want {
		t.Fatalf("%v, want %q", a, want)
	}
	if _, err := os.Lstat(filepath.Join(wants, "on.service")); err != nil {
		t.Errorf("it is not enabled: %v", err)
	}
	if _, err := os.Lstat(filepath.Join(wants, "off.service")); err == nil {
		t.Error("what is expected stopped is enabled")
	}

	unit := filepath.Join(system, "on.service")
	text, err := os.ReadFile(unit)
	check(t, err)
	check(t, os.WriteFile(unit, append(text, "# mine\n"...), 0o644))
	refused := "svctl: cannot replace \"/etc/systemd/system/on.service\": it was edited since svctl export made it\n" +
		"svctl: hint: --force replaces or removes it nevertheless\n"
	for _, words := range [][]string{{"export", "systemd", "--install", "on"}, {"unexport", "systemd", "on"}} {
		if a := h.run(append([]string{svctl}, words...)...); a.code != 1 || a.stderr != refused {
			t.Errorf("%q of an edited unit: %v", words, a)
		}
	}
	if a := h.run(svctl, "unexport", "systemd", "--force", "on", "off"); a.code != 0 {
		t.Errorf("unexport: %v", a)
	}
	for _, path := range []string{unit, filepath.Join(system, "off.service"), filepath.Join(wants, "on.service")} {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s is left", path)
		}
	}
}

// TestInstalledUnitsTakenBack has a file in the place of the link for the second unit:
// the first unit is disabled again.
func TestInstalledUnitsTakenBack(t *testing.T) {
	t.Parallel()
	h, system := newUnitHost(t, `<entry>
    type = service
    name = one
    control = /bin/true
</entry>
<entry>
    type = service
    name = two
    control = /bin/true
</entry>
`)
	two := filepath.Join(system, "multi-user.target.wants/two.service")
	check(t, os.MkdirAll(two, 0o755))
	a := h.run(filepath.Join(bin, "svctl"), "export", "systemd", "--install")
	if a.code != 1 || a.stdout != "" || !strings.HasPrefix(a.stderr, "svctl: cannot run systemctl enable two.service: ") {
		t.Errorf("export: %v", a)
	}
	check(t, os.Remove(two))
	found, err := filepath.Glob(filepath.Join(system, "*/*"))
	check(t, err)
	units, err := filepath.Glob(filepath.Join(system, "*.service"))
	if check(t, err); len(found)+len(units) > 0 {
		t.Errorf("left behind: %q %q", found, units)
	}
}

// TestInstalledUnitOfVendor has an entry with the name of a packaged unit: it is replaced
// only with --force, and stays enabled when the exported unit is removed.
func TestInstalledUnitOfVendor(t *testing.T) {
	t.Parallel()
	h, system := newUnitHost(t, "<entry>\n    type = service\n    name = cron\n    control = /bin/true\n</entry>\n")
	vendor := ""
	for _, dir := range []string{"/usr/lib", "/lib"} {
		if _, err := os.Stat(dir + "/systemd/system/cron.service"); err == nil && vendor == "" {
			vendor = dir + "/systemd/system/cron.service"
		}
	}
	if vendor == "" {
		leaveOut(t, "cron has no unit")
	}
	link := filepath.Join(system, "multi-user.target.wants/cron.service")
	svctl := filepath.Join(bin, "svctl")
	h.must("systemctl", "enable", "cron.service")
	a := h.run(svctl, "export", "systemd", "--install")
	if want := fmt.Sprintf("svctl: cannot replace %q: it was not made by svctl export\nsvctl: hint: --force replaces or removes it nevertheless\n", vendor); a.code != 1 || a.stderr != want {
		t.Errorf("export: %v, want %s", a, want)
	}
	h.must(svctl, "export", "systemd", "--install", "--force")
	h.must(svctl, "export", "systemd", "--install") // now it is an exported unit
	h.must(svctl, "unexport", "systemd", "cron")
	if target, err := os.Readlink(link); err != nil || filepath.Base(filepath.Dir(filepath.Dir(target))) != "systemd" || strings.HasPrefix(target, "/etc/") {
		t.Errorf("the link leads to %q, %v", target, err)
	}
	if a := h.must("systemctl", "is-enabled", "cron.service"); a.stdout != "enabled\n" {
		t.Errorf("is-enabled: %v", a)
	}
}

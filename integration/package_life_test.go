package integration

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	initd     = "/etc/init.d/svctl"
	servicesd = "/etc/simplevisor/services.d/"
)

// life is a package from its installation to its removal.
type life struct {
	*sandbox
	service string // the program of all services
	events  string // the events that they have logged
}

func newLife(t *testing.T) *life {
	t.Helper()
	service, err := filepath.Abs("testdata/package/service")
	check(t, err)
	l := &life{sandbox: newSandbox(t), service: service}
	l.events = filepath.Join(l.dir, "events")
	if _, err := os.Stat(l.path("/usr/bin/svloop")); err == nil {
		leaveOut(t, "svloop is installed on this machine")
	}
	return l
}

// packageLife installs, boots, upgrades and removes the packages of two versions.
func packageLife(t *testing.T, deb, rpm [2]string) {
	for _, name := range []string{"dpkg", "rpm", "logrotate", "systemd-analyze", "update-rc.d", "openrc-run"} {
		if _, err := exec.LookPath(name); err != nil {
			leaveOut(t, name+" is missing")
		}
	}
	l := newLife(t)
	before := l.files()
	l.dpkg("--install", deb[0])
	l.checkUnconfigured()
	l.dpkg("--purge", "svloop")
	l.wantLeft(before)

	l.dpkg("--install", deb[0])
	l.checkUnits()
	l.checkWrongConfiguration()
	l.define()
	l.checkBoot()
	l.checkActions()
	l.checkAnsible()
	l.checkMistake()
	l.checkDead()
	l.checkEnvironment()
	l.checkUpgrade(deb[1])
	l.checkLogs()
	l.checkOpenRC()
	l.checkAPK()
	l.checkUnwinding(deb[1])
	l.checkReinstall(deb[1])
	l.checkRemoval(before)
	l.checkRPM(rpm)
}

// checkUnconfigured expects a boot with an empty configuration to print nothing.
func (l *life) checkUnconfigured() {
	l.Helper()
	check(l, os.RemoveAll(l.path("/run/svloop")))
	l.want(0, "", initd, "start")
	l.want(0, "drwxr-xr-x\n", "stat", "--format", "%A", "/run/svloop")
	for _, action := range []string{"start", "restart", "try-restart", "reload", "force-reload", "stop"} {
		l.want(0, "", initd, action)
	}
	l.want(3, "no service is defined in /etc/simplevisor/simplevisor.conf\n", initd, "status")
	l.want(3, "no service is defined in /etc/simplevisor/simplevisor.conf\n", "service", "svctl", "status")
	undefined := "no service is defined yet: write an <entry> into /etc/simplevisor/simplevisor.conf or a file in /etc/simplevisor/services.d, see svctl.conf(5)\n"
	l.want(0, undefined, "svctl", "status")
	l.want(0, undefined, "svctl", "config", "check")
	usage := "usage: " + initd + " start|stop|restart|try-restart|reload|force-reload|status\n"
	l.wantError(2, usage, initd)
	l.wantError(2, usage, initd, "begin")
	l.wantError(2, strings.Replace(usage, initd, "/usr/lib/svloop/services", 1), "/usr/lib/svloop/services")

	// After a removal without purge the script stays.
	l.dpkg("--remove", "svloop")
	l.want(0, "", initd, "start")
	l.want(0, "", initd, "stop")
	l.want(3, "", initd, "status")
}

// checkUnits validates the files for systemd with its tools.
func (l *life) checkUnits() {
	l.Helper()
	if a := l.in("systemd-analyze", "verify", "/usr/lib/systemd/system/svctl.service"); a.code != 0 || a.stdout+a.stderr != "" {
		l.Errorf("systemd-analyze verify: %v", a)
	}
	check(l, os.RemoveAll(l.path("/run/svloop")))
	l.want(0, "", "systemd-tmpfiles", "--create", "svloop.conf")
	l.want(0, "drwxr-xr-x root root\n", "stat", "--format", "%A %U %G", "/run/svloop")
	for link, target := range map[string]string{
		"/etc/rc2.d/S": "start", "/etc/rc0.d/K": "stop", "/etc/rc6.d/K": "stop",
	} {
		if found, _ := filepath.Glob(l.path(link + "[0-9][0-9]svctl")); len(found) != 1 {
			l.Errorf("no link %s…svctl for %s", link, target)
		}
	}
	if _, err := os.Lstat(l.path("/etc/systemd/system/multi-user.target.wants/svctl.service")); err != nil {
		l.Errorf("the unit is not enabled: %v", err)
	}
}

// checkWrongConfiguration expects each action to fail.
func (l *life) checkWrongConfiguration() {
	l.Helper()
	message := l.makeMistake()
	for action, code := range map[string]int{"start": 6, "stop": 6, "reload": 6, "status": 4} {
		l.wantError(code, message, initd, action)
	}
	check(l, os.Remove(l.path(mistake)))
}

// booted are the services that are expected to run, in the order of their files. Their
// names sort differently, so that the two orders are distinguished.
var booted = []string{"web", "broker", "database"}

// define writes the configuration. One service is not started at boot.
func (l *life) define() {
	l.Helper()
	for i, name := range append(slices.Clone(booted), "archive") {
		expected := "running"
		if name == "archive" {
			expected = "stopped"
		}
		l.write(fmt.Sprintf("%s%d-%s.conf", servicesd, i, name), fmt.Sprintf(`
<entry>
    type = service
    name = %[1]s
    start = %[2]s %[1]s %[3]s
    daemon = /run/svloop/%[1]s.pid
    daemon_options = --ready fd:3 --log /var/log/svloop/%[1]s.log --stdout /var/log/svloop/%[1]s.out.log
    expected = %[4]s
</entry>
`, name, l.service, l.events, expected))
	}
	l.want(0, "", initd, "reload")
}

// wantEvents compares the events of the services since the last call.
func (l *life) wantEvents(word string, names ...string) {
	l.Helper()
	text, err := os.ReadFile(l.events)
	if err != nil && !os.IsNotExist(err) {
		l.Fatal(err)
	}
	want := ""
	for _, name := range names {
		want += name + " " + word + "\n"
	}
	if string(text) != want {
		l.Fatalf("the services have done %q, want %q", text, want)
	}
	check(l, os.RemoveAll(l.events))
}

func reversed(names []string) []string {
	names = slices.Clone(names)
	slices.Reverse(names)
	return names
}

// wantOutput expects one line for each service.
func (l *life) wantOutput(a answer, word string, names ...string) {
	l.Helper()
	want := ""
	for _, name := range names {
		want += name + ": " + word + "\n"
	}
	if a.code != 0 || a.stderr != "" || !strings.Contains(a.stdout, want) {
		l.Fatalf("%v, want %q", a, want)
	}
}

// checkBoot simulates a boot, a shutdown and another boot.
func (l *life) checkBoot() {
	l.Helper()
	for range 2 {
		l.wantOutput(l.in(initd, "start"), "started", booted...)
		l.wantEvents("starts", booted...)
		if a := l.in("service", "svctl", "status"); a.code != 0 || strings.Count(a.stdout, "  running  ") < 3 {
			l.Fatalf("status: %v", a)
		}
		l.wantOutput(l.in(initd, "stop"), "stopped", reversed(booted)...)
		l.wantEvents("stops", reversed(booted)...)
		if a := l.in(initd, "status"); a.code != 3 {
			l.Fatalf("status: %v", a)
		}
		if left := l.own(); len(left) > 0 {
			l.Fatalf("processes %v are left at shutdown", left)
		}
		run, err := filepath.Glob(l.path("/run/*"))
		check(l, err)
		for _, name := range run {
			check(l, os.RemoveAll(name))
		}
	}
	l.in("service", "svctl", "start")
	l.wantEvents("starts", booted...)
}

// checkActions runs the other actions while the services run.
func (l *life) checkActions() {
	l.Helper()
	restarted := strings.Fields(strings.Join(reversed(booted), " stops ") + " stops " + strings.Join(booted, " starts ") + " starts")
	events := func() []string {
		text, err := os.ReadFile(l.events)
		check(l, err)
		check(l, os.Remove(l.events))
		return strings.Fields(string(text))
	}
	for _, action := range []string{"restart", "try-restart", "force-reload"} {
		if a := l.in(initd, action); a.code != 0 {
			l.Fatalf("%s: %v", action, a)
		}
		if got := events(); !slices.Equal(got, restarted) {
			l.Errorf("%s: %q, want %q", action, got, restarted)
		}
	}

	// A stopped service stays stopped, and is reported.
	l.want(0, "broker: stopped\n", "svctl", "stop", "broker")
	l.wantEvents("stops", "broker")
	if a := l.in(initd, "status"); a.code != 1 {
		l.Errorf("status with one that does not run: %v, want exit status 1", a)
	}
	l.in(initd, "try-restart")
	if got, want := strings.Join(events(), " "), "database stops web stops web starts database starts"; got != want {
		l.Errorf("try-restart: %q, want %q", got, want)
	}
	l.wantOutput(l.in(initd, "start"), "started", "broker")
	l.wantEvents("starts", "broker")
}

// pids returns the pids of the svloops and of their programs.
func (l *life) pids() map[string][2]int {
	l.Helper()
	pids := make(map[string][2]int)
	for _, name := range booted {
		pids[name] = l.pidsOf(name)
	}
	return pids
}

// pidsOf returns the pids of the svloop of a service and of its program.
func (l *life) pidsOf(name string) [2]int {
	l.Helper()
	a := l.in("svloop", "--pidfile", "/run/svloop/"+name+".pid", "--status", "--json")
	var status struct {
		PID     int `json:"pid"`
		Program int `json:"program_pid"`
	}
	check(l, json.Unmarshal([]byte(a.stdout), &status))
	if a.code != 0 || status.PID == 0 || status.Program == 0 {
		l.Fatalf("%s: %v", name, a)
	}
	return [2]int{status.PID, status.Program}
}

// checkUpgrade expects an upgrade without any effect on the services.
func (l *life) checkUpgrade(deb string) {
	l.Helper()
	before := l.pids()
	for _, program := range []string{"svloop", "svctl"} {
		if a := l.in(program, "--version"); !strings.HasPrefix(a.stdout, program+" 1.2.3 ") {
			l.Errorf("%s --version: %v", program, a)
		}
	}
	l.dpkg("--install", deb)
	for _, program := range []string{"svloop", "svctl"} {
		if a := l.in(program, "--version"); !strings.HasPrefix(a.stdout, program+" 1.2.4 ") {
			l.Errorf("%s --version: %v", program, a)
		}
	}
	if after := l.pids(); !maps.Equal(before, after) {
		l.Errorf("after the upgrade the processes are %v, were %v", after, before)
	}
	l.wantEvents("")
	if a := l.in(initd, "status"); a.code != 0 {
		l.Errorf("status after the upgrade: %v", a)
	}

	l.want(0, "/usr/bin/svloop\n", "readlink", "-f", "/usr/bin/simplevisor-loop")
	l.want(0, "/usr/share/man/man1/svloop.1.gz\n", "readlink", "-f", "/usr/share/man/man1/simplevisor-loop.1.gz")
	l.want(0, "/usr/bin/svctl\n", "readlink", "-f", "/usr/bin/simplevisor")
	l.want(0, "/usr/lib/svloop/simplevisor-control\n", "readlink", "-f", "/usr/bin/simplevisor-control")
	for _, name := range []string{"simplevisor", "simplevisor-control"} {
		l.want(0, "/usr/share/man/man1/svctl-simplevisor.1.gz\n", "readlink", "-f", "/usr/share/man/man1/"+name+".1.gz")
	}
	l.want(0, "simplevisor 1.3\n", "simplevisor", "--version")
	l.want(0, "Check simplevisor configuration: \nthe configuration file is valid\n", "simplevisor-control", "configtest")
	l.want(0, fmt.Sprintf("simplevisor-loop (pid %d) is running\n", before["web"][0]),
		"simplevisor-loop", "--pidfile", "/run/svloop/web.pid", "--status")
}

// checkLogs rotates the logs. The pid in the file of a dead owner may belong to another
// process.
func (l *life) checkLogs() {
	l.Helper()
	again := func() {
		l.Helper()
		for _, pids := range l.pids() {
			l.want(0, "", "kill", "-USR1", fmt.Sprint(pids[0]))
		}
		for _, name := range booted {
			log := l.path("/var/log/svloop/" + name + ".out.log")
			l.await("a line in "+log, func() bool {
				text, err := os.ReadFile(log)
				return err == nil && string(text) == name+" again\n"
			})
		}
	}
	again()
	stranger := exec.Command("sleep", "1000")
	check(l, stranger.Start())
	l.write("/run/svloop/stale.pid", fmt.Sprintln(stranger.Process.Pid))

	before := l.pids()
	if a := l.in("logrotate", "--force", "/etc/logrotate.d/svloop"); a.code != 0 || a.stderr != "" {
		l.Fatalf("logrotate: %v", a)
	}
	for name, pids := range l.pids() {
		l.await("svloop to reopen the log of "+name, func() bool { return hasOpen(pids[0], name+".out.log") })
	}
	again()
	for _, name := range booted {
		if got, want := l.read("/var/log/svloop/"+name+".out.log.1"), name+" again\n"; got != want {
			l.Errorf("the rotated log of %s is %q, want %q", name, got, want)
		}
	}
	if after := l.pids(); !maps.Equal(before, after) {
		l.Errorf("after the rotation the processes are %v, were %v", after, before)
	}
	if !isAlive(stranger.Process.Pid) {
		l.Error("a process was signalled whose pid is in a stale file")
	}
	check(l, stranger.Process.Kill())
	_ = stranger.Wait()
	check(l, os.Remove(l.path("/run/svloop/stale.pid")))
}

// hasOpen reports whether a process has a file with this name open, not a renamed one.
func hasOpen(pid int, name string) bool {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	return slices.ContainsFunc(files, func(file string) bool {
		target, err := os.Readlink(file)
		return err == nil && filepath.Base(target) == name
	})
}

// checkRemoval lets the new svctl stop the old instances, and purges the package while
// services run. Files of the administrator stay.
func (l *life) checkRemoval(before map[string]bool) {
	l.Helper()
	l.wantOutput(l.in(initd, "stop"), "stopped", reversed(booted)...)
	l.wantEvents("stops", reversed(booted)...)
	l.wantOutput(l.in(initd, "start"), "started", booted...)
	l.wantEvents("starts", booted...)

	// An instance that svctl does not know.
	if a := l.in("svloop", "-c", "1", "--log", "/var/log/svloop/own.log", "--pidfile", "/run/svloop/own.pid",
		"--ready", "fd:3", "--daemon", l.service, "own", l.events); a.code != 0 {
		l.Fatalf("svloop: %v", a)
	}
	l.wantEvents("starts", "own")
	stranger := l.addForeignFiles()
	l.dpkg("--purge", "svloop")
	l.wantEvents("stops", append(reversed(booted), "own")...)
	l.endStranger(stranger)
	if left := l.own(); len(left) > 0 {
		l.Errorf("processes %v are left by the purge", left)
	}
	l.wantLeft(before, written...)
}

// written are the files of the administrator.
var written = []string{"/etc/simplevisor", "/etc/simplevisor/services.d", servicesd + "0-web.conf",
	servicesd + "1-broker.conf", servicesd + "2-database.conf", servicesd + "3-archive.conf"}

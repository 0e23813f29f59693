package integration

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// Tests of the packages with the supervisor in place of the one start at boot.

const (
	superviseInit = "/etc/init.d/svctl-supervise"
	superviseUnit = "svctl-supervise.service"
)

// awaitEvents waits until the services have done this since the last time, in any order:
// the supervisor acts on several of them at the same time.
func (l *life) awaitEvents(word string, names ...string) {
	l.Helper()
	want := slices.Clone(names)
	slices.Sort(want)
	for i := range want {
		want[i] += " " + word
	}
	l.await(strings.Join(want, ", "), func() bool {
		got := strings.FieldsFunc(l.outside(l.events), func(r rune) bool { return r == '\n' })
		slices.Sort(got)
		return slices.Equal(got, want)
	})
	check(l, os.RemoveAll(l.events))
}

// awaitRestart waits until all services have stopped and started.
func (l *life) awaitRestart() {
	l.Helper()
	l.await("a restart of all", func() bool { return len(strings.Fields(l.outside(l.events))) == 4*len(booted) })
	check(l, os.RemoveAll(l.events))
}

// supervisor returns the pid of the running supervisor.
func (l *life) supervisor() int {
	l.Helper()
	a := l.in("svctl", "supervise", "--status", "--json")
	var status struct {
		PID int `json:"pid"`
	}
	check(l, json.Unmarshal([]byte(a.stdout), &status))
	if a.code != 0 || status.PID == 0 {
		l.Fatalf("supervise --status: %v", a)
	}
	return status.PID
}

// kill kills the program of a service, and waits until the supervisor has started it
// again.
func (l *life) kill(name string) {
	l.Helper()
	l.want(0, "", "kill", "-KILL", fmt.Sprint(l.pids()[name][1]))
	l.awaitEvents("starts", name)
	l.await("the service "+name, func() bool { return l.in("svctl", "status", name).code == 0 })
}

// checkReplaced upgrades the package: another supervisor takes over, which still leaves
// alone what was stopped by hand, and touches nothing.
func (l *life) checkReplaced(upgrade func()) {
	l.Helper()
	l.want(0, "broker: stopped\n", "svctl", "stop", "broker")
	l.wantEvents("stops", "broker")
	before, supervisor := l.running("web", "database"), l.supervisor()
	upgrade()
	if again := l.supervisor(); again == supervisor {
		l.Errorf("after the upgrade the supervisor is still process %d", again)
	}
	if after := l.running("web", "database"); !maps.Equal(before, after) {
		l.Errorf("after the upgrade the processes are %v, were %v", after, before)
	}
	l.wantEvents("")
	if a := l.in("svctl", "status", "broker"); a.code != 3 {
		l.Errorf("broker, which was stopped by hand: %v", a)
	}
	l.want(0, "broker: started\n", "svctl", "start", "broker")
	l.wantEvents("starts", "broker")
	l.kill("database")
}

// running returns the pids of some services.
func (l *life) running(names ...string) map[string][2]int {
	l.Helper()
	all := make(map[string][2]int)
	for _, name := range names {
		all[name] = l.pidsOf(name)
	}
	return all
}

// packageSupervised has the init script run the supervisor.
func packageSupervised(t *testing.T, deb, rpm [2]string) {
	needRPM(t)
	l := newLife(t)
	t.Cleanup(func() { // after a failure; otherwise there is no such script
		if t.Failed() {
			l.in("/usr/lib/svloop/supervise", "stop")
		}
	})
	before := l.files()
	l.dpkg("--install", deb[0])
	l.want(0, "", superviseInit, "start") // nothing is defined
	if a := l.in(superviseInit, "status"); a.code != 3 {
		l.Errorf("status without a supervisor: %v", a)
	}
	l.define()
	l.in(initd, "start")
	l.wantEvents("starts", booted...)

	// It takes over what runs.
	if a := l.in(superviseInit, "start"); a.code != 0 {
		l.Fatalf("start: %v", a)
	}
	l.want(0, "", superviseInit, "start")
	l.wantEvents("")
	l.kill("web")
	l.checkReplaced(func() { l.dpkg("--install", deb[1]) })
	for _, action := range []string{"reload", "force-reload"} {
		if a := l.in(superviseInit, action); a.code != 0 || !strings.HasSuffix(a.stdout, " has reloaded\n") {
			l.Errorf("%s: %v", action, a)
		}
	}
	l.wantError(1, "the services have a supervisor: restart svctl-supervise instead\n", initd, "restart")
	l.wantEvents("")

	// With a wrong configuration an upgrade leaves the supervisor alone.
	supervisor := l.supervisor()
	l.makeMistake()
	l.wantError(0, "svloop: the supervisor was not restarted; see svctl config check\n", "/usr/lib/svloop/supervise", "upgrade")
	check(l, os.Remove(l.path(mistake)))
	if again := l.supervisor(); again != supervisor {
		l.Errorf("with a wrong configuration the supervisor is process %d, was %d", again, supervisor)
	}
	usage := "usage: /usr/lib/svloop/supervise start|stop|restart|try-restart|reload|force-reload|status\n"
	l.wantError(2, usage, "/usr/lib/svloop/supervise")
	l.checkSupervisedOpenRC()

	// The stop of the other script is for good, too.
	l.in(initd, "stop")
	l.awaitEvents("stops", booted...)
	if a := l.in(superviseInit, "status"); a.code != 3 {
		l.Errorf("status after the stop of svctl: %v", a)
	}
	l.in(superviseInit, "restart")
	l.awaitEvents("starts", booted...)
	l.in(superviseInit, "restart")
	l.awaitRestart()

	// A killed supervisor has left its services, and a wrong configuration hides it.
	l.want(0, "", "kill", "-KILL", fmt.Sprint(l.supervisor()))
	l.in(superviseInit, "stop")
	l.awaitEvents("stops", booted...)
	l.in(superviseInit, "start")
	l.awaitEvents("starts", booted...)
	supervisor = l.supervisor()
	l.makeMistake()
	if a := l.in(superviseInit, "stop"); a.code != 6 {
		l.Errorf("stop with a wrong configuration: %v", a)
	}
	l.awaitEvents("stops", booted...)
	if isAlive(supervisor) {
		l.Errorf("the supervisor, process %d, lives on", supervisor)
	}
	check(l, os.Remove(l.path(mistake)))

	l.in(superviseInit, "start")
	l.awaitEvents("starts", booted...)
	l.checkSupervisedRemoval([]string{"dpkg", "--remove", "svloop"}, func() { l.dpkg("--purge", "svloop") })
	l.wantLeft(before, written...)

	// The rpm runs its scripts, where dpkg does not know the package.
	l.rpm("--install", rpm[0])
	l.in(superviseInit, "start")
	l.awaitEvents("starts", booted...)
	l.checkReplaced(func() { l.rpm("--upgrade", rpm[1]) })
	l.want(0, "svctl 1.2.4\n", "sh", "-c", "svctl --version | grep -o 'svctl 1.2.4'")
	l.checkSupervisedRemoval([]string{"rpm", "--nodeps", "--erase", "svloop"}, func() { l.rpm("--erase", "svloop") })
	l.wantLeft(before, append(l.logs(), written...)...)
}

// checkSupervisedRemoval expects a removal that fails to start the supervisor again, and
// one that succeeds to leave no process.
func (l *life) checkSupervisedRemoval(failing []string, remove func()) {
	l.Helper()
	end := l.addStubborn()
	l.in("svctl", "start", "stubborn")
	if a := l.in(failing[0], failing[1:]...); a.code == 0 {
		l.Errorf("a removal beside a service that does not stop: %v", a)
	}
	supervisor := l.supervisor()
	l.awaitRestart()
	end()

	remove()
	l.awaitEvents("stops", booted...)
	if left := l.own(); len(left) > 0 || isAlive(supervisor) {
		l.Errorf("processes %v are left by the removal; the supervisor lives: %v", left, isAlive(supervisor))
	}
}

// checkSupervisedOpenRC runs the scripts of the apk, with OpenRC as the init system.
func (l *life) checkSupervisedOpenRC() {
	l.Helper()
	const script = "/etc/init.d/svctl-openrc"
	l.in(superviseInit, "stop")
	l.awaitEvents("stops", booted...)
	text, err := os.ReadFile("../packaging/svctl-supervise.openrc")
	check(l, err)
	l.write(script, string(text))
	check(l, os.Chmod(l.path(script), 0o755))
	l.in("mkdir", "-p", "/run/openrc/started", "/run/openrc/starting", "/run/openrc/stopping", "/run/openrc/exclusive", "/run/openrc/daemons")
	l.in("touch", "/run/openrc/softlevel")
	rc := func(action, prefix, suffix string) {
		l.Helper()
		if a := l.in(script, "--nodeps", "--nocolor", action); a.code != 0 || !strings.HasPrefix(a.stdout, prefix) || !strings.HasSuffix(a.stdout, suffix) {
			l.Errorf("%s: %v", action, a)
		}
	}
	rc("start", "svctl supervise (pid ", ") started\n")
	l.awaitEvents("starts", booted...)
	rc("status", "svctl supervise (pid ", "\n")
	rc("reload", "svctl supervise (pid ", " has reloaded\n")
	l.kill("broker")
	l.checkReplaced(func() {
		if a := l.in("sh", l.apkScript("post-upgrade")); a.code != 0 || a.stdout != "" {
			l.Errorf("post-upgrade: %v", a)
		}
	})
	rc("status", fmt.Sprintf("svctl supervise (pid %d) ", l.supervisor()), "\n")
	rc("stop", "svctl supervise (pid ", "\n")
	l.awaitEvents("stops", booted...)
	l.want(0, "", "sh", l.apkScript("post-upgrade")) // starts no supervisor
	l.wantEvents("")
	rc("start", "svctl supervise (pid ", ") started\n")
	l.awaitEvents("starts", booted...)
	supervisor := l.supervisor()
	if a := l.in("sh", l.apkScript("pre-deinstall")); a.code != 0 || a.stderr != "" {
		l.Errorf("pre-deinstall: %v", a)
	}
	l.awaitEvents("stops", booted...)
	if isAlive(supervisor) {
		l.Errorf("the supervisor, process %d, outlives the package", supervisor)
	}
	l.want(0, "", "sh", l.apkScript("post-install"))
	for _, name := range []string{script, "/run/openrc"} {
		check(l, os.RemoveAll(l.path(name)))
	}
	l.in(superviseInit, "start")
	l.awaitEvents("starts", booted...)
}

// packageSupervisedSystemd has the unit run the supervisor.
func packageSupervisedSystemd(t *testing.T, deb [2]string) {
	m := newMachine(t)
	m.dpkg("--install", deb[0])
	m.want(0, "", "systemd-analyze", "verify", "/usr/lib/systemd/system/"+superviseUnit)
	m.bootSupervised()
	m.want(0, "all services are as expected\n", "systemctl", "show", "-P", "StatusText", superviseUnit)
	m.kill("web")
	m.checkReplaced(func() { m.dpkg("--install", deb[1]) })
	m.wantUnits("inactive", "active")
	m.want(0, "", "systemctl", "reload", superviseUnit)

	// If the supervisor is killed, another one takes over.
	before, supervisor := m.pids(), m.supervisor()
	m.want(0, "", "systemctl", "kill", "--kill-who", "main", "--signal", "KILL", superviseUnit)
	m.await("another supervisor", func() bool {
		a := m.in("systemctl", "show", "-P", "MainPID", superviseUnit)
		return a.stdout != fmt.Sprintln(supervisor) && a.stdout != "0\n" && m.in("systemctl", "is-active", superviseUnit).stdout == "active\n"
	})
	if after := m.pids(); !maps.Equal(before, after) {
		m.Errorf("after a kill of the supervisor the processes are %v, were %v", after, before)
	}
	m.wantEvents("")

	// Each unit stops the other. What was stopped by a unit was not stopped by hand.
	for _, unit := range []string{"svctl.service", superviseUnit} {
		m.want(0, "", "systemctl", "start", unit)
		m.awaitRestart()
	}
	m.wantUnits("inactive", "active")

	// The end of the unit is that of the services, whatever the configuration is.
	m.makeMistake()
	m.want(0, "", "systemctl", "stop", superviseUnit)
	m.awaitEvents("stops", booted...)
	if a := m.in("systemctl", "start", superviseUnit); a.code == 0 {
		m.Errorf("start with a wrong configuration: %v", a)
	}
	check(t, os.Remove(m.path(mistake)))
	m.want(0, "", "systemctl", "start", superviseUnit)
	m.awaitEvents("starts", booted...)
	m.shutdownSupervised()
}

// packageSupervisedRPM has the unit of the rpm run the supervisor.
func packageSupervisedRPM(t *testing.T, rpm [2]string) {
	needRPM(t)
	m := newMachine(t)
	m.rpm("--install", rpm[0])
	m.bootSupervised()
	m.checkReplaced(func() { m.rpm("--upgrade", rpm[1]) })
	m.wantUnits("inactive", "active")
	m.shutdownSupervised()
}

// bootSupervised boots with the unit of the supervisor.
func (m *machine) bootSupervised() {
	m.Helper()
	m.define()
	m.in("systemctl", "disable", "svctl.service")
	m.in("systemctl", "enable", superviseUnit)
	m.boot()
	m.awaitEvents("starts", booted...)
	m.wantUnits("inactive", "active")
}

// shutdownSupervised expects the services to be stopped, and no process to be left.
func (m *machine) shutdownSupervised() {
	m.Helper()
	m.shutdown()
	m.awaitEvents("stops", booted...)
	if left := m.own(); len(left) > 0 {
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		m.Errorf("processes %v are left by the shutdown", left)
	}
}

// wantUnits expects these states of the unit that starts services once, and of the one
// that supervises them.
func (m *machine) wantUnits(once, supervised string) {
	m.Helper()
	if a := m.in("systemctl", "is-active", "svctl.service", superviseUnit); a.stdout != once+"\n"+supervised+"\n" {
		m.Fatalf("the units are %v, want %s and %s\n%v", a, once, supervised, m.in("systemctl", "--no-pager", "status", superviseUnit))
	}
}

func needRPM(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("rpm"); err != nil {
		leaveOut(t, "rpm is missing")
	}
}

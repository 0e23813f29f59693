package integration

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// Tests of the packages under faults: nothing is lost, and no operation is left half
// done.

const mistake = servicesd + "wrong.conf"

// makeMistake writes an error into the configuration, and returns svctl's message.
func (l *life) makeMistake() string {
	l.Helper()
	l.write(mistake, "<entry>\n    type = service\n    name = x\n</entry>\n")
	return "svctl: " + mistake + ":1:1: service \"x\" has neither start nor control (included from /etc/simplevisor/simplevisor.conf:14)\n"
}

// checkMistake expects an orderly shutdown with an unreadable configuration: in the order
// of the starts, in which the broker was started again.
func (l *life) checkMistake() {
	l.Helper()
	message := l.makeMistake()
	stranger := l.addForeignFiles()
	l.wantError(6, message, initd, "restart")
	l.wantEvents("")
	l.wantError(6, message, initd, "stop")
	l.wantEvents("stops", "broker", "database", "web")
	l.removeForeignFiles(stranger)
	check(l, os.Remove(l.path(mistake)))
	l.in(initd, "start")
	l.wantEvents("starts", booted...)
}

// addForeignFiles creates pid files that are not svloop's, and the process of one.
func (l *life) addForeignFiles() *exec.Cmd {
	l.Helper()
	stranger := exec.Command("sleep", "1000")
	check(l, stranger.Start())
	l.Cleanup(func() { _ = stranger.Process.Kill() })
	l.write("/run/svloop/foreign.pid", fmt.Sprintln(stranger.Process.Pid))
	l.write("/run/svloop/malformed.pid", "none\n")
	check(l, os.Mkdir(l.path("/run/svloop/directory.pid"), 0o755))
	return stranger
}

// removeForeignFiles expects these files and the process to be untouched.
func (l *life) removeForeignFiles(stranger *exec.Cmd) {
	l.Helper()
	if got, want := l.read("/run/svloop/foreign.pid"), fmt.Sprintln(stranger.Process.Pid); got != want {
		l.Errorf("the pid file of another program holds %q, want %q", got, want)
	}
	l.endStranger(stranger)
	for _, name := range []string{"foreign", "malformed", "directory"} {
		check(l, os.Remove(l.path("/run/svloop/"+name+".pid")))
	}
}

func (l *life) endStranger(stranger *exec.Cmd) {
	l.Helper()
	if !isAlive(stranger.Process.Pid) {
		l.Error("a process was signalled that is no instance")
	}
	check(l, stranger.Process.Kill())
	_ = stranger.Wait()
}

// checkDead expects a program whose svloop was killed to be reported and repaired.
func (l *life) checkDead() {
	l.Helper()
	l.in(initd, "stop")
	l.wantEvents("stops", reversed(booted)...)
	l.want(0, "web: started\n", "svctl", "start", "web")
	l.wantEvents("starts", "web")
	killed := func() {
		l.Helper()
		svloop := l.pid("web")
		check(l, syscall.Kill(svloop, syscall.SIGKILL))
		l.await("the end of svloop", func() bool { return !isAlive(svloop) })
	}
	killed()
	if a := l.in(initd, "status"); a.code != 1 || !strings.Contains(a.stdout, "dead, and left running") {
		l.Errorf("status of the remaining processes of a killed svloop: %v, want exit status 1", a)
	}
	if a := l.in(initd, "try-restart"); a.code != 0 {
		l.Errorf("try-restart of the remaining processes of a killed svloop: %v", a)
	}
	if got, want := l.outside(l.events), "web stops\nweb starts\n"; got != want {
		l.Errorf("try-restart: the services have done %q, want %q", got, want)
	}
	check(l, os.Remove(l.events))
	killed()
	l.want(0, "", "/usr/lib/svloop/quit-instances")
	l.wantEvents("stops", "web")
}

// outside returns the contents of a file outside of the sandbox, "" if it is missing.
func (l *life) outside(name string) string {
	text, _ := os.ReadFile(name)
	return string(text)
}

func (l *life) pid(name string) int {
	l.Helper()
	var pid int
	if _, err := fmt.Sscan(l.read("/run/svloop/"+name+".pid"), &pid); err != nil {
		l.Fatal(err)
	}
	return pid
}

// checkEnvironment expects services to inherit nothing from the user who starts them by
// hand. They were stopped before.
func (l *life) checkEnvironment() {
	l.Helper()
	l.in("env", "STRAY=1", "SVLOOP=/none", "SVCTL_CONF=/none", "PATH=/usr/bin:/none", initd, "start")
	l.wantEvents("starts", booted...)
	for name, pids := range l.pids() {
		want := "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\x00"
		if got := l.read(fmt.Sprintf("/proc/%d/environ", pids[1])); got != want {
			l.Errorf("the environment of %s is %q, want %q", name, got, want)
		}
	}
}

// stubborn is the control command of a service that does not stop.
const stubborn = `#!/bin/sh
case $1 in
start) tail -f "$0.pid" >/dev/null 2>&1 </dev/null & echo $! >"$0.pid" ;;
stop) exit 1 ;;
status) kill -0 "$(cat "$0.pid")" 2>/dev/null || exit 3 ;;
esac
`

// addStubborn defines a service that cannot be stopped, and returns a function that
// removes it.
func (l *life) addStubborn() (end func()) {
	l.Helper()
	const conf = servicesd + "9-stubborn.conf"
	control := filepath.Join(l.dir, "stubborn")
	check(l, os.WriteFile(control, []byte(stubborn), 0o755))
	check(l, os.WriteFile(control+".pid", nil, 0o644))
	l.write(conf, "<entry>\n type = service\n name = stubborn\n control = "+control+"\n</entry>\n")
	return func() {
		l.want(0, "", "kill", strings.TrimSpace(l.outside(control+".pid")))
		check(l, os.Remove(l.path(conf)))
	}
}

const (
	notRemoved = "svloop: not removed, because something does not stop; see svctl status\n"
	notRead    = "svloop: not removed, because the configuration is wrong, and svctl cannot stop the services: " +
		"correct the mistake above, or move /etc/simplevisor/simplevisor.conf away\n"
)

// wantRefused expects a removal to be refused, and the services to run unchanged.
func (l *life) wantRefused(name string, args ...string) {
	l.Helper()
	before := l.files()
	message := l.makeMistake()
	if a := l.in(name, args...); a.code == 0 || !strings.Contains(a.stderr, message+notRead) {
		l.Errorf("%s %q with a wrong configuration: %v, want %q", name, args, a, message+notRead)
	}
	check(l, os.Remove(l.path(mistake)))
	l.wantEvents("") // the failure was detected in time

	end := l.addStubborn()
	l.want(0, "stubborn: started\n", "svctl", "start", "stubborn")
	a := l.in(name, args...)
	if a.code == 0 || !strings.Contains(a.stderr, notRemoved) {
		l.Errorf("%s %q of what does not stop: %v, want %q", name, args, a, notRemoved)
	}
	want := strings.Join(reversed(booted), " stops\n") + " stops\n" + strings.Join(booted, " starts\n") + " starts\n"
	if got := l.outside(l.events); got != want {
		l.Errorf("%s %q: the services have done %q, want %q: %v", name, args, got, want, a)
	}
	check(l, os.RemoveAll(l.events))
	end()
	l.wantLeft(before)
}

// checkUnwinding tests the error paths of dpkg's actions.
func (l *life) checkUnwinding(deb string) {
	l.Helper()
	installed := func() {
		l.Helper()
		l.want(0, "installed", "dpkg-query", "--show", "--showformat", "${db:Status-Status}", "svloop")
	}
	l.wantRefused("dpkg", "--remove", "svloop")
	installed()

	before := l.pids()
	if a := l.in("dpkg", "--install", l.broken(deb)); a.code == 0 {
		l.Errorf("an upgrade without an end: %v", a)
	}
	installed()
	if after := l.pids(); !maps.Equal(before, after) {
		l.Errorf("after an upgrade that failed the processes are %v, were %v", after, before)
	}
	l.wantEvents("")
}

// broken is the same package with a preinst script that fails.
func (l *life) broken(deb string) string {
	l.Helper()
	dir := l.TempDir()
	output(l, dir, nil, "dpkg-deb", "--raw-extract", deb, "tree")
	preinst := filepath.Join(dir, "tree/DEBIAN/preinst")
	text, err := os.ReadFile(preinst)
	check(l, err)
	check(l, os.WriteFile(preinst, append(text, "exit 1\n"...), 0o755))
	output(l, dir, nil, "dpkg-deb", "-Zgzip", "-z1", "--build", "tree", "broken.deb")
	return filepath.Join(dir, "broken.deb")
}

// checkReinstall expects an installation after a removal to be like the first, and one
// over an existing installation to start nothing.
func (l *life) checkReinstall(deb string) {
	l.Helper()
	l.dpkg("--remove", "svloop")
	l.wantEvents("stops", reversed(booted)...)
	if a := l.in("dpkg", "--install", l.broken(deb)); a.code == 0 {
		l.Errorf("an installation without an end: %v", a)
	}
	if _, err := os.Stat(l.path("/run/svloop.start")); err == nil {
		l.Error("an installation that failed leaves /run/svloop.start")
	}
	l.dpkg("--install", deb)
	l.wantEvents("starts", booted...)
	l.in(initd, "stop")
	l.wantEvents("stops", reversed(booted)...)
	l.dpkg("--install", deb)
	l.wantEvents("")
	l.in(initd, "start")
	l.wantEvents("starts", booted...)
}

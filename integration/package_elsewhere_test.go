package integration

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// Tests of the packages on other systems than Debian.

// checkOpenRC runs the script of the apk in OpenRC. A service that fails to start must
// not prevent the others from being stopped.
func (l *life) checkOpenRC() {
	l.Helper()
	const script, broken = "/etc/init.d/svctl-openrc", servicesd + "9-broken.conf"
	l.in(initd, "stop")
	l.wantEvents("stops", reversed(booted)...)
	text, err := os.ReadFile("../packaging/svctl.openrc")
	check(l, err)
	l.write(script, string(text))
	check(l, os.Chmod(l.path(script), 0o755))
	l.write(broken, "<entry>\n type = service\n name = broken\n start = /none\n daemon = /run/svloop/broken.pid\n</entry>\n")
	l.in("mkdir", "-p", "/run/openrc/started", "/run/openrc/starting", "/run/openrc/stopping", "/run/openrc/exclusive", "/run/openrc/daemons")
	l.in("touch", "/run/openrc/softlevel")

	a := l.in(script, "--nodeps", "--nocolor", "start")
	if a.code != 0 || !strings.HasSuffix(a.stderr, " * not all services have started\n") {
		l.Errorf("start: %v", a)
	}
	l.wantEvents("starts", booted...)
	if a := l.in(script, "--nodeps", "--nocolor", "status"); a.code != 1 {
		l.Errorf("status: %v, want exit status 1", a)
	}
	l.wantOutput(l.in(script, "--nodeps", "--nocolor", "stop"), "stopped", reversed(booted)...)
	l.wantEvents("stops", reversed(booted)...)
	for _, name := range []string{script, broken, "/run/openrc"} {
		check(l, os.RemoveAll(l.path(name)))
	}
	l.in(initd, "start")
	l.wantEvents("starts", booted...)
}

// checkAPK runs the scripts of the apk in a shell. apk ignores their exit status and
// removes the files in any case, so they must stop everything that they can.
func (l *life) checkAPK() {
	l.Helper()
	const enabled = "/etc/runlevels/default/svctl"
	enable := func() {
		l.Helper()
		if a := l.in("rc-update", "--quiet", "add", "svctl", "default"); a.code != 0 {
			l.Fatalf("rc-update: %v", a)
		}
	}
	disabled := func() {
		l.Helper()
		if _, err := os.Lstat(l.path(enabled)); err == nil {
			l.Errorf("%s is left", enabled)
		}
	}
	enable()
	message := l.makeMistake()
	stranger := l.addForeignFiles()
	l.wantError(0, message+"svloop: removed, and what is named above may still run\n", "sh", l.apkScript("pre-deinstall"))
	l.wantEvents("stops", reversed(booted)...)
	l.removeForeignFiles(stranger)
	disabled()
	check(l, os.Remove(l.path(mistake)))

	enable()
	l.in(initd, "start")
	l.wantEvents("starts", booted...)
	a := l.in("sh", l.apkScript("pre-deinstall"))
	l.wantOutput(a, "stopped", reversed(booted)...)
	l.wantEvents("stops", reversed(booted)...)
	disabled()
	if _, err := os.Stat(l.path("/run/svloop")); err == nil {
		l.Error("/run/svloop is left")
	}
	l.want(0, "", "sh", l.apkScript("post-install"))
	l.want(0, "drwxr-xr-x\n", "stat", "--format", "%A", "/run/svloop")
	enable() // as in the deb
	check(l, os.RemoveAll(l.path("/run/openrc")))
	l.in(initd, "start")
	l.wantEvents("starts", booted...)
}

// checkRPM lets rpm run its scripts on a system where dpkg does not know the package.
func (l *life) checkRPM(rpm [2]string) {
	l.Helper()
	before := l.files()
	l.rpm("--install", rpm[0])
	for name, file := range map[string]string{"simplevisor-loop": "/usr/bin/svloop", "simplevisor": "/usr/bin/svctl", "simplevisor-control": "/usr/lib/svloop/simplevisor-control"} {
		l.want(0, file+"\n", "readlink", "-f", "/usr/bin/"+name)
	}
	l.wantOutput(l.in(initd, "start"), "started", booted...)
	l.wantEvents("starts", booted...)
	pids := l.pids()
	l.rpm("--upgrade", rpm[1])
	if a := l.in("svctl", "--version"); !strings.HasPrefix(a.stdout, "svctl 1.2.4 ") {
		l.Errorf("svctl --version: %v", a)
	}
	if after := l.pids(); !maps.Equal(pids, after) {
		l.Errorf("after the upgrade the processes are %v, were %v", after, pids)
	}
	l.wantRefused("rpm", "--nodeps", "--erase", "svloop")
	if a := l.in("rpm", "--query", "svloop"); a.code != 0 {
		l.Errorf("rpm --query: %v", a)
	}
	l.rpm("--erase", "svloop")
	l.wantEvents("stops", reversed(booted)...)
	if left := l.own(); len(left) > 0 {
		l.Errorf("processes %v are left by the removal", left)
	}
	l.wantLeft(before, l.logs()...)
}

// rpm runs rpm, which must succeed.
func (l *life) rpm(args ...string) {
	l.Helper()
	// Otherwise Debian's systemctl makes links that only Debian's tools remove.
	if a := l.in("env", append([]string{"SYSTEMCTL_SKIP_SYSV=1", "rpm", "--nodeps"}, args...)...); a.code != 0 {
		l.Fatalf("rpm %q: %v", args, a)
	}
}

// logs returns what rpm leaves, which has no purge.
func (l *life) logs() []string {
	l.Helper()
	logs, err := filepath.Glob(l.path("/var/log/svloop/*"))
	check(l, err)
	left := []string{"/var/log/svloop"}
	for _, log := range logs {
		left = append(left, "/var/log/svloop/"+filepath.Base(log))
	}
	return left
}

// apkScript returns the path of a script of the apk.
func (l *life) apkScript(name string) string {
	l.Helper()
	name, err := filepath.Abs("../packaging/apk/" + name)
	check(l, err)
	return name
}

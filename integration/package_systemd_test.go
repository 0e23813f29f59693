package integration

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// machine is a sandbox in which systemd is process 1, with nothing to do at boot except
// to start the services.
type machine struct {
	*life
	outer   sandbox // the sandbox without systemd
	cgroups string  // all of them, and
	cgroup  string  // the one in which systemd runs
	init    *exec.Cmd
}

const systemd = "/usr/lib/systemd/systemd"

// emptySystem removes everything that this host does at boot.
const emptySystem = `
rm -rf /etc/systemd/system /usr/lib/systemd/system/*.wants \
    /usr/lib/systemd/system-generators /usr/lib/systemd/system-environment-generators
mkdir /etc/systemd/system
ln -s /dev/null /etc/systemd/system/tmp.mount # the test's files are there
`

// boot runs process 1 from its start, in the namespaces of a container.
const boot = `
echo 0 >"$1/cgroup.procs" && exec unshare --mount --cgroup sh -c '
mount -t proc none /proc &&
mount -t tmpfs -o mode=755 none /run &&
mount -t cgroup2 none /sys/fs/cgroup || exit
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    ` + systemd + ` --system --unit=multi-user.target --show-status=no --log-target=null
'
`

func newMachine(t *testing.T) *machine {
	t.Helper()
	if _, err := os.Stat(systemd); err != nil {
		leaveOut(t, "systemd is missing")
	}
	m := &machine{life: newLife(t)}
	m.outer = *m.sandbox
	m.want(0, "", "sh", "-c", emptySystem)
	m.cgroups = filepath.Join(m.dir, "cgroups")
	check(t, os.Mkdir(m.cgroups, 0o755))
	if a := m.in("mount", "-t", "cgroup2", "none", m.cgroups); a.code != 0 {
		leaveOut(t, "no cgroups can be made: "+a.stderr)
	}
	m.cgroup = filepath.Join(m.cgroups, "svloop-test-"+m.id)
	m.want(0, "", "mkdir", m.cgroup)
	t.Cleanup(func() {
		if m.init != nil {
			_ = m.init.Process.Kill() // kills all others too
			m.ended()
		}
		m.want(0, "", "find", m.cgroup, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";")
		m.want(0, "", "umount", m.cgroups)
	})
	return m
}

// start starts systemd, and returns at once.
func (m *machine) start() {
	m.Helper()
	m.init = exec.Command("nsenter", "--target", fmt.Sprint(m.outer.holder), "--mount", "--", "sh", "-c", boot, "sh", m.cgroup)
	m.init.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC | syscall.CLONE_NEWNET,
		Pdeathsig:  syscall.SIGKILL,
	}
	var said strings.Builder
	m.init.Stdout, m.init.Stderr = &said, &said
	check(m, m.init.Start())
	pid := m.init.Process.Pid
	m.await("systemd as process 1", func() bool {
		name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		if err != nil || !isAlive(pid) {
			m.Fatalf("no systemd: %v %s", err, &said)
		}
		return string(name) == "systemd\n"
	})
	m.holder, m.namespaces = pid, []string{"--mount", "--pid", "--uts", "--ipc", "--net", "--cgroup"}
	m.await("an answer of systemd", func() bool {
		return m.in("systemctl", "is-active", "basic.target").stdout == "active\n"
	})
}

// boot waits until the expected services run.
func (m *machine) boot() {
	m.Helper()
	m.start()
	m.await("the end of the boot", func() bool {
		return m.in("systemctl", "--wait", "is-system-running").stdout == "running\n"
	})
}

// shutdown returns when systemd has exited, after all processes that it waits for.
func (m *machine) shutdown() {
	m.Helper()
	m.in("systemctl", "exit") // ends with systemd
	m.await("the end of systemd", func() bool { return !isAlive(m.init.Process.Pid) })
	m.ended()
}

func (m *machine) ended() {
	_ = m.init.Wait()
	m.init = nil
	m.holder, m.namespaces = m.outer.holder, m.outer.namespaces
}

func (m *machine) wantUnit(state string) {
	m.Helper()
	if a := m.in("systemctl", "is-active", "svctl.service"); a.stdout != state+"\n" {
		m.Fatalf("the unit is %v, want %s\n%v", a, state, m.in("systemctl", "--no-pager", "status", "svctl.service"))
	}
}

// packageSystemd tests the unit.
func packageSystemd(t *testing.T, deb [2]string) {
	m := newMachine(t)
	m.dpkg("--install", deb[0])
	m.define()
	m.boot()
	m.wantEvents("starts", booted...)
	m.wantUnit("active")

	// The init script goes through the unit.
	m.in("service", "svctl", "stop")
	m.wantUnit("inactive")
	m.wantEvents("stops", reversed(booted)...)
	m.want(0, "", "mv", "/lib/lsb/init-functions", "/lib/lsb/away") // exists only on Debian
	m.want(0, "", initd, "start")
	m.want(0, "", initd, "reload")
	m.wantUnit("active")
	m.wantEvents("starts", booted...)
	m.want(0, "", "mv", "/lib/lsb/away", "/lib/lsb/init-functions")

	m.checkKept(deb[1])
	m.shutdown()
	m.wantEvents("stops", reversed(booted)...)

	m.checkStartCut()
}

// checkKept expects processes of the unit to outlive it if svctl does not stop them, and
// everything to outlive an upgrade.
func (m *machine) checkKept(deb string) {
	m.Helper()
	before := m.pids()
	m.dpkg("--install", deb)
	m.want(0, "", "systemctl", "daemon-reexec")
	if after := m.pids(); !maps.Equal(before, after) {
		m.Errorf("after the upgrade the processes are %v, were %v", after, before)
	}
	m.wantEvents("")
	m.wantUnit("active")

	end := m.addStubborn()
	m.want(0, "", "systemctl", "restart", "svctl.service")
	kept := strings.TrimSpace(m.outside(filepath.Join(m.dir, "stubborn.pid")))
	if group := m.read("/proc/" + kept + "/cgroup"); !strings.Contains(group, "/svctl.service\n") {
		m.Errorf("the service is in the groups %q, and not in that of the unit", group)
	}
	m.in("systemctl", "stop", "svctl.service")
	m.wantUnit("failed")
	end() // so the process lived
	check(m, os.RemoveAll(m.events))
	m.want(0, "", "systemctl", "start", "svctl.service")
	m.wantUnit("active")
	m.wantEvents("starts", booted...)
}

// checkStartCut shuts down while the services still start: those that have started are
// stopped in order, and no other starts.
func (m *machine) checkStartCut() {
	m.Helper()
	slow := servicesd + "1-slow.conf" // the third of four
	m.write(slow, fmt.Sprintf("<entry>\n type = service\n name = slow\n start = %s slow %s\n"+
		" daemon = /run/svloop/slow.pid\n daemon_options = --ready notify\n timeout = 3600\n</entry>\n", m.service, m.events))
	for _, stop := range []func(){
		func() {
			m.in("systemctl", "stop", "svctl.service")
			m.wantUnit("inactive")
		},
		m.shutdown,
	} {
		if m.init == nil {
			m.start()
		} else {
			m.want(0, "", "systemctl", "--no-block", "start", "svctl.service")
		}
		started := "web starts\nbroker starts\nslow starts\n"
		m.await("the slow service", func() bool { return m.outside(m.events) == started })
		m.wantUnit("activating")
		stop()
		if got, want := m.outside(m.events), started+"slow stops\nbroker stops\nweb stops\n"; got != want {
			m.Errorf("stopped while it starts, the services have done %q, want %q", got, want)
		}
		check(m, os.RemoveAll(m.events))
	}
}

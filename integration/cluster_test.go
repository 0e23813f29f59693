package integration

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// cluster is a node on which corosync and Pacemaker run, as the only node of a cluster.
type cluster struct {
	*node
	outer sandbox // the sandbox without the cluster
	init  *exec.Cmd
}

// corosyncConf is for the loopback interface. Each cluster has one of its own.
const corosyncConf = `
totem {
    version: 2
    cluster_name: test
    transport: udpu
    crypto_cipher: none
    crypto_hash: none
    token: 60000
}
logging {
    to_stderr: yes
    to_syslog: no
}
quorum {
    provider: corosync_votequorum
    expected_votes: 1
}
nodelist {
    node {
        name: node1
        nodeid: 1
        ring0_addr: 127.0.0.1
    }
}
`

// firstCIB lets Pacemaker elect itself at once, and run without fencing.
const firstCIB = `<cib validate-with="pacemaker-3.7" epoch="1" num_updates="0" admin_epoch="0">
<configuration>
<crm_config><cluster_property_set id="test">
<nvpair id="test-deadtime" name="dc-deadtime" value="100ms"/>
<nvpair id="test-stonith" name="stonith-enabled" value="false"/>
</cluster_property_set></crm_config>
<nodes/><resources/><constraints/>
</configuration><status/>
</cib>
`

// bootCluster runs as process 1 of the namespaces, with state on file systems that
// disappear with it.
const bootCluster = `
exec unshare --mount sh -c '
mount -t proc none /proc && mount -t tmpfs none /dev/shm || exit
hostname node1 && ip link set lo up && ip link add eth0 type veth peer name eth1 || exit
ip link set eth0 up && ip link set eth1 up && ip address add 192.0.2.1/24 dev eth0 || exit
for dir in /var/lib/pacemaker /var/lib/corosync /var/log; do
    mount -t tmpfs -o mode=755 none $dir || exit
done
cd /var/lib/pacemaker && mkdir blackbox cib cores pengine /var/log/crmsh /var/log/pacemaker || exit
cp /run/cib.xml cib && chmod 600 cib/cib.xml && chown -R hacluster:haclient . /var/log/pacemaker || exit
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin corosync -f >/run/corosync.out 2>&1 &
until corosync-cfgtool -s >/dev/null 2>&1; do sleep 0.1; done
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin PCMK_logfile=/run/pacemaker.log pacemakerd -f >/run/pacemaker.out 2>&1 &
wait
'
`

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{node: newNode(t, "corosync", "pacemakerd", "crm_resource", "crm", "pcs", "ip")}
	c.outer = *c.sandbox
	c.write("/etc/corosync/corosync.conf", corosyncConf)
	c.write("/run/cib.xml", firstCIB)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s\n%s", c.in("crm_mon", "-1", "-f").stdout, c.in("grep", "-E", "execd|svctl", "/run/pacemaker.log").stdout)
		}
		if c.init != nil {
			_ = c.init.Process.Kill() // kills all others too
			_ = c.init.Wait()
		}
		*c.sandbox = c.outer
	})
	c.init = exec.Command("nsenter", "--target", fmt.Sprint(c.holder), "--mount", "--", "sh", "-c", bootCluster)
	c.init.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC | syscall.CLONE_NEWNET,
		Pdeathsig:  syscall.SIGKILL,
	}
	var said strings.Builder
	c.init.Stdout, c.init.Stderr = &said, &said
	check(t, c.init.Start())
	c.holder, c.namespaces = c.init.Process.Pid, []string{"--mount", "--pid", "--uts", "--ipc", "--net"}
	c.await("a cluster of one node", func() bool {
		if !isAlive(c.holder) {
			t.Fatalf("the cluster has ended: %v %s", c.init.Wait(), &said)
		}
		return strings.Contains(c.in("crm_mon", "-1").stdout, "Online: [ node1 ]")
	})
	return c
}

// must runs a command of the cluster, which must succeed.
func (c *cluster) must(name string, args ...string) string {
	c.Helper()
	a := c.in(name, args...)
	if a.code != 0 {
		c.Fatalf("%s %q: %v", name, args, a)
	}
	return a.stdout
}

// settle waits until the cluster has nothing to do.
func (c *cluster) settle() { c.Helper(); c.must("crm_resource", "--wait", "--timeout", "600s") }

// awaitStatus waits for a text in the answer of crm_mon.
func (c *cluster) awaitStatus(text string) {
	c.Helper()
	c.await(text, func() bool { return strings.Contains(c.in("crm_mon", "-1", "-f").stdout, text) })
}

// TestCluster tests the resource agent in a cluster of one node.
func TestCluster(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.configure("")
	c.add("web", "my web", "600s")
	first := c.awaitProgram(0)

	// The service fails: both processes, and the program alone.
	c.kill(c.instance())
	_ = syscall.Kill(first, syscall.SIGKILL) // unless a monitor was faster
	second := c.awaitProgram(first)
	c.awaitStatus("fail-count=1 ")
	c.kill(second)
	third := c.awaitProgram(second)
	c.awaitStatus("fail-count=2 ")
	if got := c.starts(); got != 3 {
		t.Errorf("%d starts, want 3", got)
	}
	for _, check := range []string{"--validate", "--force-check"} {
		if got := c.must("crm_resource", "--resource", "web", check); !strings.HasSuffix(got, "returned 0 (ok)\n") {
			t.Errorf("%s: %q", check, got)
		}
	}

	// An error in the configuration changes nothing until the next start.
	valid := c.read(ocfConf)
	c.write(ocfConf, "<entry>\n")
	c.must("crm_resource", "--resource", "web", "--force-check")
	if got := c.program(); got != third {
		t.Errorf("the program %d was replaced by %d", third, got)
	}
	c.disable("web")
	c.must("crm_resource", "--resource", "web", "--meta", "--set-parameter", "target-role", "--parameter-value", "Started")
	c.awaitStatus(ocfConf + `:1:1: block "<entry>" is not closed: add "</entry>"`)
	c.settle()
	if pids := c.own(); len(pids) > 0 {
		t.Errorf("processes %v run", pids)
	}
	c.write(ocfConf, valid)
	c.must("crm_resource", "--resource", "web", "--cleanup")
	fourth := c.awaitProgram(0)

	// In maintenance mode nothing is started.
	c.must("crm_attribute", "--type", "crm_config", "--name", "maintenance-mode", "--update", "true")
	c.settle()
	c.svctl(0, "my web: stopped\n", "stop", "my web")
	c.settle()
	if pids := c.own(); len(pids) > 0 {
		t.Errorf("processes %v run in maintenance mode", pids)
	}
	c.must("crm_attribute", "--type", "crm_config", "--name", "maintenance-mode", "--update", "false")
	fifth := c.awaitProgram(fourth)

	// Another configuration is another service: the cluster stops the one and starts the
	// other, and does not reload it.
	const copied = "/etc/simplevisor/copied.conf"
	c.write(copied, strings.ReplaceAll(c.read(ocfConf), "/run/web.pid", "/run/copied.pid"))
	c.must("crm_resource", "--resource", "web", "--set-parameter", "config", "--parameter-value", copied)
	c.awaitProgram(fifth)
	if _, err := os.Stat(c.path("/run/copied.pid")); err != nil {
		t.Error(err)
	}
	c.must("crm_resource", "--resource", "web", "--set-parameter", "config", "--parameter-value", ocfConf)
	c.settle()
	c.disable("web")
	c.wantStopped("my web")
	c.starts()
}

// TestClusterDeadlines expects the reason of svctl, and no timeout, from a start and a stop that
// take too long. A service that did not stop blocks its resource.
func TestClusterDeadlines(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.defineSlow()
	c.add("slow", "slow", "20s")
	c.awaitStatus("slow start on node1 returned 'error' (slow: cannot start: ")
	c.settle()
	if pids := c.own(); len(pids) > 0 {
		c.Errorf("processes %v of a failed start run", pids)
	}
	c.must("cibadmin", "--delete", "--xml-text", `<primitive id="slow"/>`)
	c.add("stubborn", "stubborn", "20s")
	program := c.awaitProgram(0)
	c.must("crm_resource", "--resource", "stubborn", "--meta", "--set-parameter", "target-role", "--parameter-value", "Stopped")
	c.awaitStatus("stubborn stop on node1 returned 'error' (stubborn: cannot stop: ")
	c.awaitStatus("FAILED node1 (disabled, blocked)")
	if got := c.program(); got != program {
		c.Errorf("the program %d was replaced by %d", program, got)
	}
	c.kill(program)
	c.must("crm_resource", "--resource", "stubborn", "--cleanup")
	c.settle()
	c.wantStopped("stubborn")
}

// add adds a resource for a service. Monitors have an interval of one second.
func (c *cluster) add(id, name, timeout string) {
	c.Helper()
	c.must("cibadmin", "--create", "--scope", "resources", "--xml-text", fmt.Sprintf(`<primitive id="%[1]s" class="ocf" provider="svloop" type="svctl">
<instance_attributes id="%[1]s-i"><nvpair id="%[1]s-name" name="name" value="%[2]s"/><nvpair id="%[1]s-config" name="config" value="%[4]s"/></instance_attributes>
<operations>
<op id="%[1]s-start" name="start" interval="0" timeout="%[3]s"/>
<op id="%[1]s-stop" name="stop" interval="0" timeout="%[3]s"/>
<op id="%[1]s-monitor" name="monitor" interval="1s" timeout="600s"/>
</operations>
</primitive>`, id, name, timeout, ocfConf))
}

// TestClusterDocument runs the blocks of docs/cluster.md that are marked "cluster" as
// printed. Output that is printed must be the same, apart from pids.
func TestClusterDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/cluster.md")
	check(t, err)
	blocks, err := blocksOf(string(text))
	check(t, err)
	c := newCluster(t)
	for name, command := range map[string]string{
		"web":    "python3 -m http.server $2 --bind 127.0.0.1",
		"worker": "sleep 1000",
	} {
		c.write("/usr/local/bin/"+name, "#!/bin/sh\nexec "+command+"\n")
		check(t, os.Chmod(c.path("/usr/local/bin/"+name), 0o755))
	}
	commands := 0
	for _, b := range blocks {
		switch {
		case b.file != "":
			c.write(b.file, strings.Join(b.lines, "\n"))
		case b.kind == "cluster":
			for _, part := range strings.Split("\n"+strings.Join(b.lines, "\n"), "\n# ")[1:] {
				command, want, printed := strings.Cut(part, "\n")
				commands++
				a := c.in("sh", "-c", command)
				got := strings.TrimSuffix(a.stdout, "\n")
				if printed && anyPid.ReplaceAllString(got, "pid N") != anyPid.ReplaceAllString(want, "pid N") || !printed && a.code != 0 {
					t.Errorf("docs/cluster.md:%d: %s: %v, want %q", b.line, command, a, want)
				}
			}
		}
	}
	if commands < 10 {
		t.Errorf("only %d commands were found", commands)
	}
	c.settle()
	for _, resource := range []string{"web", "worker", "ip"} {
		if got := c.must("crm_resource", "--resource", resource, "--locate"); got != "resource "+resource+" is running on: node1\n" {
			t.Errorf("%q", got)
		}
	}
}

var anyPid = regexp.MustCompile(`pid \d+`)

// disable stops a resource, and waits until nothing of it runs.
func (c *cluster) disable(resource string) {
	c.Helper()
	c.must("crm_resource", "--resource", resource, "--meta", "--set-parameter", "target-role", "--parameter-value", "Stopped")
	c.settle()
	if pids := c.own(); len(pids) > 0 {
		c.Errorf("processes %v run after the stop", pids)
	}
}

// awaitProgram waits for a program other than the given one, and until the cluster has
// finished.
func (c *cluster) awaitProgram(before int) (pid int) {
	c.Helper()
	c.await("another program", func() bool {
		pid = c.program()
		return pid != before
	})
	c.settle()
	return pid
}

func (c *cluster) kill(pid int) {
	c.Helper()
	check(c, syscall.Kill(pid, syscall.SIGKILL))
	c.await("the end of a killed process", func() bool { return !isAlive(pid) })
}

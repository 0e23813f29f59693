package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

// TestResourceAgent tests the resource agent as a cluster calls it.
func TestResourceAgent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(t *testing.T, n *node){
		"Tester":    ocfTester,
		"Codes":     ocfCodes,
		"Cycle":     ocfCycle,
		"Redefined": ocfRedefined,
		"Deadline":  ocfDeadline,
		"Killed":    ocfKilled,
		"AtOnce":    ocfAtOnce,
		"Full":      ocfFull,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newNode(t))
		})
	}
}

func TestResourceAgentShellcheck(t *testing.T) {
	t.Parallel()
	if found, err := condition("have:shellcheck"); err != nil || !found {
		leaveOut(t, "shellcheck is not installed")
	}
	if text, err := exec.Command("shellcheck", "../packaging/ocf/svctl").CombinedOutput(); err != nil || len(text) > 0 {
		t.Errorf("%v\n%s", err, text)
	}
}

// ocfTester runs the test program for resource agents, which also compares the meta-data
// with its document type.
func ocfTester(t *testing.T, n *node) {
	for _, name := range []string{"my web", "control", "pattern"} {
		if a := n.in("ocf-tester", "-n", "r", "-o", "name="+name, "-o", "config="+ocfConf, ocfAgent); a.code != 0 {
			t.Errorf("%s: %v", name, a)
		}
		n.wantStopped(name)
	}
	n.starts()
}

// ocfCodes compares codes and reasons in states in which a service cannot be started, with
// and without the functions of resource-agents.
func ocfCodes(t *testing.T, n *node) {
	const file = "/run/wrong.conf"
	entry := func(name, keys string) string {
		return "<entry>\ntype = service\nname = " + name + "\n" + keys + "\n</entry>\n"
	}
	group := "<entry>\ntype = supervisor\nname = g\n<children>\n" +
		entry("a", "start = /bin/true") + entry("b", "start = /bin/true") + "</children>\n</entry>\n"
	n.write("/run/plain", "#!/bin/sh\n") // not executable
	other := func(name string) string {
		return strings.Replace(strings.Replace(group, "name = g", "name = "+name, 1), "name = b", "name = b"+name, 1)
	}
	for _, row := range []struct {
		what, name, conf                    string
		start, monitor, probe, stop, reload int
		reason                              string // of the start
	}{
		{what: "no name", start: 6, monitor: 6, probe: 6, stop: 6, reload: 6, reason: `the parameter "name" is missing`},
		{what: "no file", name: "x", start: 5, monitor: 5, probe: 7, stop: 0, reload: 5,
			reason: `there is no configuration "/run/wrong.conf" on this node`},
		{what: "invalid", name: "x", conf: "<entry>\n", start: 2, monitor: 2, probe: 2, stop: 0, reload: 2,
			reason: `/run/wrong.conf:1:1: block "<entry>" is not closed: add "</entry>"`},
		{what: "no entry", name: "x", conf: group, start: 5, monitor: 5, probe: 7, stop: 0, reload: 5,
			reason: `no service "x" in the configuration…`},
		{what: "a group", name: "g", conf: group, start: 2, monitor: 7, probe: 7, stop: 0, reload: 2,
			reason: `"g" is not the name or path of one service in "/run/wrong.conf"`},
		{what: "a group that runs", name: "g", conf: strings.ReplaceAll(group, "start = ", "control = "), start: 2, monitor: 2, probe: 2, stop: 0, reload: 2,
			reason: `"g" is not the name or path of one service in "/run/wrong.conf"`},
		{what: "a pattern", name: "?", conf: entry("x", "control = /bin/true"), start: 2, monitor: 2, probe: 2, stop: 0, reload: 2,
			reason: `"?" is not the name or path of one service in "/run/wrong.conf"`},
		{what: "ambiguous", name: "a", conf: other("g") + other("h"), start: 2, monitor: 2, probe: 2, stop: 0, reload: 2,
			reason: `name "a" is ambiguous: it is g/a or h/a`},
		{what: "no program", name: "x", conf: entry("x", "start = /nonexistent\ndaemon = /run/x.pid"), start: 5, monitor: 7, probe: 7, reload: 3,
			reason: `x: cannot start: …`},
		{what: "not executable", name: "x", conf: entry("x", "start = /run/plain\ndaemon = /run/x.pid"), start: 4, monitor: 7, probe: 7, reload: 3,
			reason: `x: cannot start: …`},
		{what: "a failure", name: "x", conf: entry("x", "start = /bin/false\ndaemon = /run/x.pid\ndaemon_options = --ready fd:3"), start: 1, monitor: 7, probe: 7, reload: 3,
			reason: `x: cannot start: …`},
		{what: "unimplemented", name: "x", conf: entry("x", "control = /bin/sh -c exit%203"), start: 3, monitor: 7, probe: 7, reload: 7,
			reason: `x: cannot start: …`},
		{what: "not running", name: "x", conf: entry("x", "start = /bin/sh -c exit%207\nstop = /bin/true\nstatus = /bin/sh -c exit%203"), start: 1, monitor: 7, probe: 7, reload: 3,
			reason: `x: cannot start: …`},
		{what: "unknown", name: "x", conf: entry("x", "start = /bin/true\nstop = /bin/true\nstatus = /bin/sh -c exit%204\ntimeout = 0.2"), start: 1, monitor: 1, probe: 1, stop: 1, reload: 3,
			reason: `x: cannot start: …`},
	} {
		for _, functions := range []string{"/usr/lib/ocf/lib/heartbeat", "/nonexistent"} {
			if row.conf != "" {
				n.write(file, row.conf)
			}
			r := n.resource(row.name, "OCF_RESKEY_config="+file, "OCF_FUNCTIONS_DIR="+functions)
			r.want(row.start, row.reason, "start")
			if row.what == "no name" || row.stop == 0 && row.monitor != 7 {
				r.want(row.start, row.reason, "validate-all")
			}
			for _, call := range []struct {
				code    int
				action  string
				without string
			}{
				{row.stop, "stop", ""}, {row.monitor, "monitor", ""}, {row.reload, "reload", ""},
				{row.probe, "monitor", "OCF_RESKEY_CRM_meta_interval="},
			} {
				probe := r
				if call.without != "" {
					probe = resource{n, slices.DeleteFunc(slices.Clone(r.env), func(v string) bool { return strings.HasPrefix(v, call.without) })}
				}
				if got := probe.call(call.action); got.code != call.code {
					t.Errorf("%s: %s %q: %v, want exit status %d", row.what, call.action, call.without, got, call.code)
				}
			}
			if got := r.with("OCF_RESKEY_CRM_meta_interval=0").call("monitor"); got.code != row.probe {
				t.Errorf("%s: a probe: %v, want exit status %d", row.what, got, row.probe)
			}
		}
	}
	r := n.resource("my web")
	r.with("OCF_RESKEY_config=x").want(6, `the parameter "config" is not an absolute path: "x"`, "stop")
	r.with("OCF_RESKEY_conftype=x").want(6, `the parameter "conftype" is neither apache nor json: "x"`, "stop")
	for _, binary := range []string{"nonexistent", "/nonexistent", "/usr/bin", "/etc/passwd", "cd", "./svctl"} {
		r.with("OCF_RESKEY_binary="+binary).want(5, `svctl is not installed: "`+binary+`" is no program`, "monitor")
	}
	r.with("OCF_RESKEY_binary=/bin/true").want(2, `"my web" is not the name or path of one service in "`+ocfConf+`"`, "monitor")
	if a := r.call("promote"); a.code != 3 || a.stderr != "usage: "+ocfAgent+" start|stop|monitor|reload|validate-all|meta-data\n" {
		t.Errorf("promote: %v", a)
	}
	if a := n.in(ocfAgent, "help"); a.code != 0 || a.stdout != "usage: "+ocfAgent+" start|stop|monitor|reload|validate-all|meta-data\n" {
		t.Errorf("help: %v", a)
	}
	if a := n.in("env", "OCF_ROOT=/nonexistent", ocfAgent, "meta-data"); a.code != 0 || a.stderr != "" || !strings.Contains(a.stdout, `<resource-agent name="svctl"`) {
		t.Errorf("meta-data without resource-agents: %v", a)
	}
}

// ocfCycle follows a service from its start to its stop.
func ocfCycle(t *testing.T, n *node) {
	r := n.resource("my web")
	r.want(0, "", "validate-all")
	for range 2 {
		r.want(0, "", "start")
		r.want(0, "", "monitor")
		r.with("OCF_RESKEY_CRM_meta_interval=0").want(0, "", "monitor")
	}
	if got := n.starts(); got != 1 {
		t.Errorf("%d starts", got)
	}
	n.svctl(0, fmt.Sprintf("my web: running (pid %d)\n", n.program()), "status", "my web")
	environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", n.program()))
	check(t, err)
	for variable := range strings.SplitSeq(strings.TrimSuffix(string(environment), "\x00"), "\x00") {
		if name, _, _ := strings.Cut(variable, "="); name != "PATH" && name != "PWD" && name != "OLDPWD" && name != "_" {
			t.Errorf("the program has the variable %s", variable)
		}
	}

	r.want(0, "", "reload")
	check(t, os.Remove(n.path(filepath.Join(n.dir, "reloaded"))))

	// A dirty service is an error, which the cluster repairs by a stop and a start.
	check(t, syscall.Kill(n.instance(), syscall.SIGKILL))
	n.await("the end of svloop", func() bool { return r.call("monitor").code != 0 })
	r.want(1, "my web: dead…", "monitor")
	r.want(0, "", "stop")
	r.want(7, "", "monitor")
	r.want(7, "my web: cannot reload: it is not running", "reload")
	n.wantStopped("my web")
	r.want(0, "", "stop")

	// An administrator has stopped it by hand: the next start of the cluster forgets that.
	r.want(0, "", "start")
	n.svctl(0, "my web: stopped\n", "stop", "my web")
	r.want(7, "", "monitor")
	r.want(0, "", "start")
	r.want(0, "", "stop")
	n.wantStopped("my web")

	// What the boot starts too is a warning, and what a supervisor repairs is an error.
	const boot = "/etc/simplevisor/simplevisor.conf"
	n.write(boot, n.read(ocfConf))
	b := n.resource("my web", "OCF_RESKEY_config=")
	b.want(0, "", "validate-all")
	n.wantLogged(`the boot starts "my web" too: set "expected = stopped" in its entry, or define it in another file`)
	n.write(boot, strings.ReplaceAll(n.read(boot), "daemon =", "expected = stopped\n    daemon ="))
	check(t, os.Remove(n.path(ocfLog)))
	b.want(0, "", "validate-all")
	if log, _ := os.ReadFile(n.path(ocfLog)); strings.Contains(string(log), "the boot") {
		t.Errorf("a warning about a service that the boot does not start: %s", log)
	}
	b.want(0, "", "start") // which the cluster does, and no hand
	if a := n.in("svctl", "status", "my web"); a.stdout != fmt.Sprintf("my web: running (pid %d)\n", n.program()) {
		t.Error(a)
	}
	b.want(0, "", "stop")
	n.wantStopped("my web")
	n.write(boot, n.read(ocfConf))
	if a := n.in("svctl", "supervise", "--daemon"); a.code != 0 {
		t.Fatal(a)
	}
	for _, action := range []string{"start", "validate-all"} {
		b.want(2, `svctl supervise runs with "`+boot+`": define the services of the cluster in another file`, action)
	}
	if a := n.in("svctl", "supervise", "--quit"); a.code != 0 {
		t.Fatal(a)
	}
}

// instance returns the pid of the svloop of the program.
func (n *node) instance() int {
	n.Helper()
	program, err := proctree.ReadStat(n.program())
	check(n, err)
	return program.PPID
}

// program returns the pid of the only program.
func (n *node) program() int {
	n.Helper()
	var found []int
	n.await("one program", func() bool {
		found = found[:0]
		for _, pid := range n.own() {
			if comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); err == nil && string(comm) == "tail\n" {
				found = append(found, pid)
			}
		}
		return len(found) > 0
	})
	if len(found) > 1 {
		n.Fatalf("programs %v run", found)
	}
	return found[0]
}

// ocfRedefined changes the definition of a service while it runs. The cluster still
// monitors and stops what it has started.
func ocfRedefined(t *testing.T, n *node) {
	original := n.read(ocfConf)
	renamed := strings.ReplaceAll(original, "name = my web", "name = other")
	for what, conf := range map[string]string{
		"another pid file": strings.ReplaceAll(original, "/run/web.pid", "/run/new.pid"),
		"another name":     renamed,
		"an error":         "<entry>\n",
		"no file":          "",
	} {
		r := n.resource("my web", "OCF_RESOURCE_INSTANCE=r:0") // of a clone
		r.want(0, "", "start")
		n.write(ocfConf, conf)
		if conf == "" {
			check(t, os.Remove(n.path(ocfConf)))
		}
		r.want(0, "", "monitor")
		if what == "another pid file" {
			r.want(0, "", "start") // a restart with the new definition
			r.want(0, "", "monitor")
			n.program()
		}
		before := n.program()
		r.want(0, "", "stop")
		if isAlive(before) || len(n.own()) > 0 {
			t.Fatalf("%s: after the stop %v run", what, n.own())
		}
		n.write(ocfConf, original)
		n.wantStopped("my web")
	}

	// So does the syntax.
	j := n.resource("my web", "OCF_RESKEY_conftype=json", "OCF_RESKEY_config=/run/x.json")
	n.write("/run/x.json", n.in("svctl", "--conf", ocfConf, "config", "dump").stdout)
	j.want(0, "", "start")
	n.write("/run/x.json", "{}")
	j.want(0, "", "monitor")
	j.want(0, "", "stop")
	n.wantStopped("my web")

	// A service that ran before the cluster did is kept too.
	n.svctl(0, "my web: started\n", "start", "my web")
	r := n.resource("my web")
	r.with("OCF_RESKEY_CRM_meta_interval=0").want(0, "", "monitor")
	n.write(ocfConf, "<entry>\n")
	r.want(0, "", "stop")
	r.want(2, ocfConf+`:1:1: block "<entry>" is not closed: add "</entry>"`, "monitor")
	n.write(ocfConf, original)
	n.wantStopped("my web")
	n.starts()
}

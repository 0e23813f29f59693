package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	ocfAgent = "/usr/lib/ocf/resource.d/svloop/svctl"
	ocfConf  = "/etc/simplevisor/cluster.conf"
	ocfLog   = "/run/cluster.log"
)

// node is a sandbox in which the programs and the resource agent are installed.
type node struct {
	*sandbox
	service string // the program of the services
	events  string // which it records
}

func newNode(t *testing.T, tools ...string) *node {
	t.Helper()
	if os.Geteuid() != 0 {
		leaveOut(t, "the installation of a resource agent needs root")
	}
	for _, tool := range append(tools, "xmllint", "ocf-tester") {
		if found, err := condition("have:" + tool); err != nil || !found {
			leaveOut(t, tool+" is missing")
		}
	}
	service, err := filepath.Abs("testdata/ocf/service")
	check(t, err)
	n := &node{sandbox: newSandbox(t), service: service}
	n.events = filepath.Join(n.dir, "events")
	check(t, os.MkdirAll(filepath.Dir(n.path(ocfAgent)), 0o755))
	check(t, os.MkdirAll(filepath.Dir(n.path(ocfConf)), 0o755))
	for from, to := range map[string]string{
		"../packaging/ocf/svctl":     ocfAgent,
		filepath.Join(bin, "svctl"):  "/usr/bin/svctl",
		filepath.Join(bin, "svloop"): "/usr/bin/svloop",
	} {
		text, err := os.ReadFile(from)
		check(t, err)
		n.write(to, string(text))
		check(t, os.Chmod(n.path(to), 0o755))
	}
	n.configure("")
	return n
}

// configure writes the configuration of the cluster, with the services of all tests: a
// daemon, a control script, and a program that is found in the process table.
func (n *node) configure(more string) {
	n.Helper()
	n.write(ocfConf, fmt.Sprintf(`
warning = a key without an effect
<entry>
    type = service
    name = my web
    start = %[1]s %[2]s
    daemon = /run/web.pid
    reload = /bin/touch %[2]s/reloaded
</entry>
<entry>
    type = service
    name = control
    control = %[3]s %[2]s
</entry>
<entry>
    type = service
    name = pattern
    start = /bin/sh -c %[1]s%%20%[2]s%%20&
    pattern = tail\s.+%[2]s
</entry>
`, n.service, n.dir, filepath.Join(filepath.Dir(n.service), "control"))+more)
}

// resource is one call of the agent, or several in a row.
type resource struct {
	*node
	env []string
}

// resource returns a resource for a service. Its monitors are no probes.
func (n *node) resource(name string, env ...string) resource {
	return resource{n, append([]string{
		"OCF_ROOT=/usr/lib/ocf", "OCF_RA_VERSION_MAJOR=1", "OCF_RESOURCE_INSTANCE=r", "HA_LOGFILE=" + ocfLog,
		"OCF_RESKEY_name=" + name, "OCF_RESKEY_config=" + ocfConf,
		"OCF_RESKEY_CRM_meta_timeout=600000", "OCF_RESKEY_CRM_meta_interval=10000",
	}, env...)}
}

// with returns the resource with further or other variables.
func (r resource) with(env ...string) resource {
	return resource{r.node, append(slices.Clone(r.env), env...)}
}

func (r resource) call(action string) answer {
	r.Helper()
	return r.in("env", append(slices.Clone(r.env), ocfAgent, action)...)
}

// want calls the agent, and compares its code and its reason, which ends with "…" if only
// the beginning matters.
func (r resource) want(code int, reason, action string) {
	r.Helper()
	a := r.call(action)
	got := ""
	for line := range strings.Lines(a.stderr) {
		if text, found := strings.CutPrefix(line, "ocf-exit-reason:"); found {
			got += strings.TrimSuffix(text, "\n")
		}
	}
	begin, prefix := strings.CutSuffix(reason, "…")
	if a.code != code || got != reason && (!prefix || !strings.HasPrefix(got, begin)) {
		log, _ := os.ReadFile(r.path(ocfLog))
		r.Fatalf("%s: %v, want exit status %d and the reason %q\n%s", action, a, code, reason, log)
	}
}

// svctl runs svctl, and compares its exit status and output without the warnings.
func (n *node) svctl(code int, stdout string, args ...string) {
	n.Helper()
	if a := n.in("svctl", append([]string{"--conf", ocfConf}, args...)...); a.code != code || a.stdout != stdout {
		n.Fatalf("svctl %q: %v, want exit status %d, stdout %q", args, a, code, stdout)
	}
}

// wantLogged expects a message in the log of the cluster.
func (n *node) wantLogged(text string) {
	n.Helper()
	if log := n.read(ocfLog); !strings.Contains(log, text) {
		n.Errorf("the log is %q, want %q in it", log, text)
	}
}

// wantStopped expects that no process, no file and no remark of the service is left.
func (n *node) wantStopped(name string) {
	n.Helper()
	if pids := n.own(); len(pids) > 0 {
		n.Fatalf("processes %v run after the stop", pids)
	}
	n.svctl(3, name+": not running\n", "status", name)
	if found, _ := filepath.Glob(n.path("/run/resource-agents/*")); len(found) > 0 {
		n.Errorf("left behind: %q", found)
	}
}

// starts returns how often the program was started. A second copy is a failure.
func (n *node) starts() int {
	n.Helper()
	text, err := os.ReadFile(n.events)
	if err != nil && !os.IsNotExist(err) {
		n.Fatal(err)
	}
	if strings.Contains(string(text), "second") {
		n.Fatalf("there was a second copy:\n%s", text)
	}
	return strings.Count(string(text), "start\n")
}

package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

// defineSlow adds a service whose start does not finish, and one whose stop does not.
func (n *node) defineSlow() {
	n.Helper()
	n.configure(fmt.Sprintf(`
<entry>
    type = service
    name = slow
    start = %[1]s %[2]s
    daemon = /run/slow.pid
    daemon_options = --ready fd:3 --ready-timeout 3000
    timeout = 3600
</entry>
<entry>
    type = service
    name = stubborn
    start = %[1]s %[2]s stubborn
    daemon = /run/stubborn.pid
    daemon_options = --kill-spec TERM/3000%%20KILL
    timeout = 3600
</entry>
<entry>
    type = service
    name = deaf
    start = /bin/true
    stop = /bin/sh -c trap%%20''%%20TERM%%20INT;sleep%%203600
    status = /bin/true
    timeout = 3600
</entry>
<entry>
    type = service
    name = mute
    control = /bin/sh -c trap%%20''%%20TERM%%20INT;sleep%%203600
    timeout = 3600
</entry>
`, n.service, n.dir))
}

// ocfDeadline expects the agent to answer before the cluster would kill it.
func ocfDeadline(t *testing.T, n *node) {
	n.defineSlow()
	r := n.resource("slow", "OCF_RESKEY_CRM_meta_timeout=20000")
	r.want(1, "slow: cannot start: …", "start")
	r.want(0, "", "stop")
	n.wantStopped("slow")

	r = n.resource("stubborn")
	r.want(0, "", "start")
	r.with("OCF_RESKEY_CRM_meta_timeout=20000").want(1, "stubborn: cannot stop: …", "stop")
	r.want(0, "", "monitor")
	check(t, syscall.Kill(n.program(), syscall.SIGKILL))
	r.want(0, "", "stop")
	n.wantStopped("stubborn")

	// Commands that ignore TERM.
	n.resource("deaf", "OCF_RESKEY_CRM_meta_timeout=20000").want(1, "deaf: cannot stop: …", "stop")
	n.resource("mute", "OCF_RESKEY_CRM_meta_timeout=20000").want(1, "mute: unknown: the status command was interrupted", "monitor")
	n.await("the end of the commands", func() bool { return len(n.own()) == 0 })
}

// ocfKilled kills svctl with SIGKILL while it starts and stops a service.
func ocfKilled(t *testing.T, n *node) {
	n.defineSlow()
	begin := func(r resource, action string) <-chan answer {
		done := make(chan answer, 1)
		go func() { done <- r.call(action) }()
		return done
	}
	r := n.resource("slow")
	done := begin(r, "start")
	n.program()
	n.killSvctl("start")
	if a := <-done; a.code != 1 || !strings.Contains(a.stderr, "ocf-exit-reason:svctl start exits with status 137\n") {
		t.Errorf("start: %v", a)
	}
	r.want(0, "", "stop")
	n.wantStopped("slow")

	// Another svctl finishes the stop.
	r = n.resource("stubborn")
	r.want(0, "", "start")
	program := n.program()
	done = begin(r, "stop")
	n.killSvctl("stop")
	n.killSvctl("stop")
	if a := <-done; a.code != 1 || !strings.Contains(a.stderr, "ocf-exit-reason:svctl stop exits with status 137\n") {
		t.Errorf("stop: %v", a)
	}
	done = begin(r, "stop")
	n.killSvctl("stop")
	n.awaitSvctl("stop")
	check(t, syscall.Kill(program, syscall.SIGKILL))
	if a := <-done; a.code != 0 {
		t.Errorf("stop: %v", a)
	}
	n.wantStopped("stubborn")
}

// awaitSvctl waits for an svctl that carries out an action, and returns its pid.
func (n *node) awaitSvctl(action string) (pid int) {
	n.Helper()
	namespace, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/mnt", n.holder))
	check(n, err)
	n.await("svctl "+action, func() bool {
		table, err := proctree.Snapshot()
		check(n, err)
		for _, p := range table {
			args, _ := proctree.Args(p.PID)
			in, _ := os.Readlink(fmt.Sprintf("/proc/%d/ns/mnt", p.PID))
			if p.Alive() && in == namespace && len(args) > 0 && filepath.Base(args[0]) == "svctl" && slices.Contains(args, action) {
				pid = p.PID
			}
		}
		return pid != 0
	})
	return pid
}

func (n *node) killSvctl(action string) {
	n.Helper()
	pid := n.awaitSvctl(action)
	check(n, syscall.Kill(pid, syscall.SIGKILL))
	n.await("the end of svctl", func() bool { return !isAlive(pid) })
}

// ocfAtOnce starts and stops a service by several agents at the same time.
func ocfAtOnce(t *testing.T, n *node) {
	r := n.resource("my web")
	together := func(actions ...string) {
		t.Helper()
		var all sync.WaitGroup
		answers := make([]answer, len(actions))
		for i, action := range actions {
			all.Go(func() { answers[i] = r.call(action) })
		}
		all.Wait()
		for i, a := range answers {
			if a.code != 0 {
				t.Errorf("%s at the same time as the others: %v", actions[i], a)
			}
		}
	}
	together("start", "start", "start", "start")
	n.program()
	if got := n.starts(); got != 1 {
		t.Errorf("%d starts", got)
	}
	together("stop", "stop", "stop", "stop")
	n.wantStopped("my web")

	// A start and a stop at the same time may both fail, but not run two copies.
	for range 5 {
		var all sync.WaitGroup
		for _, action := range []string{"start", "stop", "monitor", "start", "stop"} {
			all.Go(func() { r.call(action) })
		}
		all.Wait()
		r.want(0, "", "stop")
		n.wantStopped("my web")
	}
	n.starts()
}

// ocfFull starts a service while the agent cannot write.
func ocfFull(t *testing.T, n *node) {
	check(t, os.MkdirAll(n.path("/run/resource-agents"), 0o755))
	n.want(0, "", "mount", "-t", "tmpfs", "-o", "size=4k", "none", "/run/resource-agents")
	check(t, os.WriteFile(n.path("/run/resource-agents/x"), make([]byte, 4096), 0o644))
	r := n.resource("my web")
	r.want(1, `cannot write "/run/resource-agents/svctl-r.json": a stop needs the configuration`, "start")
	if pids := n.own(); len(pids) > 0 {
		t.Errorf("processes %v run", pids)
	}
	r.want(0, "", "stop")
	check(t, os.Remove(n.path("/run/resource-agents/x")))
	r.want(0, "", "start")
	r.want(0, "", "stop")
	n.wantStopped("my web")
}

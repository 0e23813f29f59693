package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// TestSimplevisorAsInit runs the supervisor as process 1 of a PID namespace, which has to
// reap the orphans that a service leaves there. The number 1 cannot stand in a pid file.
func TestSimplevisorAsInit(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "", nil)
	s.three("rest_for_one", "")
	s.write("svc", strings.Replace(recorder, "case", "(sleep 0 &)\ncase", 1))
	args := []string{"--fork", "--pid", "--mount-proc", "--kill-child"}
	if os.Geteuid() != 0 {
		args = append([]string{"--user", "--map-root-user"}, args...)
	}
	if err := exec.Command("unshare", append(args[:len(args):len(args)], "true")...).Run(); err != nil {
		leaveOut(t, fmt.Sprintf("no PID namespace can be made: %v", err))
	}
	cmd := exec.Command("unshare", append(args, s.command(append(s.options(with{}), "--interval", "1", "start")...).Args...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	check(t, cmd.Start())
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	s.await("the start", func() bool { return s.count("c start") == 1 })
	s.cycles(2)
	init := onlyChild(t, cmd.Process.Pid)
	s.await("the end of all orphans", func() bool { return zombies(init) == 0 })
	check(t, syscall.Kill(init, syscall.SIGTERM))
	if err := cmd.Wait(); err != nil {
		t.Errorf("it exits with %v", err)
	}
	if got := strings.Join(s.log(false), ", "); got != "a start, b start, c start, c stop, b stop, a stop" {
		t.Errorf("the calls are %s", got)
	}
}

// onlyChild returns the child of a process.
func onlyChild(t *testing.T, pid int) int {
	t.Helper()
	children := childrenOf(pid)
	if len(children) != 1 {
		t.Fatalf("process %d has the children %v, want one", pid, children)
	}
	return children[0]
}

// childrenOf returns the children of all threads of a process.
func childrenOf(pid int) (children []int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for word := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				children = append(children, child)
			}
		}
	}
	return children
}

func zombies(pid int) (count int) {
	for _, child := range childrenOf(pid) {
		if stat, err := proctree.ReadStat(child); err == nil && stat.State == 'Z' {
			count++
		}
	}
	return count
}

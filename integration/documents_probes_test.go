package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shop is a page's files for tools that no test can run, and a host on which the test
// runs the commands in them.
type shop struct {
	*host
	blocks map[string]string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	text, err := os.ReadFile("../docs/configuration-management.md")
	check(t, err)
	blocks, err := blocksOf(string(text))
	check(t, err)
	s := &shop{newHost(t), make(map[string]string)}
	for _, b := range blocks {
		s.blocks[b.file] = strings.Join(b.lines, "\n") + "\n"
	}
	conf := ""
	for _, name := range []string{"web", "worker"} {
		conf += fmt.Sprintf("<entry>\ntype = service\nname = %s\nstart = program serve\ndaemon = %s.pid\n</entry>\n",
			name, filepath.Join(s.dir, name))
	}
	check(t, os.WriteFile(filepath.Join(s.dir, "svctl.conf"), []byte(conf), 0o644))
	return s
}

// parsed parses a block in YAML with Debian's python3-yaml.
func (s *shop) parsed(name string) (tree any) {
	s.Helper()
	if exec.Command("python3", "-c", "import yaml").Run() != nil {
		leaveOut(s, "python3-yaml is missing")
	}
	cmd := exec.Command("python3", "-c", "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)")
	cmd.Stdin = strings.NewReader(s.blocks[name])
	a := s.run(cmd)
	if a.code != 0 || json.Unmarshal([]byte(a.stdout), &tree) != nil {
		s.Fatalf("%s: %v", name, a)
	}
	return tree
}

// at returns a part of a tree. A number is an index.
func at[T any](s *shop, tree any, path ...any) T {
	s.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			tree = tree.(map[string]any)[step]
		case int:
			tree = tree.([]any)[step]
		}
	}
	found, ok := tree.(T)
	if !ok {
		s.Fatalf("%v is %v, want a %T", path, tree, found)
	}
	return found
}

// ask runs a shell command.
func (s *shop) ask(command string, args ...string) answer {
	s.Helper()
	cmd := exec.Command("sh", append([]string{"-c", command, "sh"}, args...)...)
	cmd.Env = []string{"SVCTL_CONF=svctl.conf"}
	return s.run(cmd)
}

// exits runs a shell command, and compares its exit status.
func (s *shop) exits(want int, command string, args ...string) {
	s.Helper()
	if a := s.ask(command, args...); a.code != want {
		s.Fatalf("%s %q: %v, want exit status %d", command, args, a, want)
	}
}

// execute is the shell command that executes its arguments.
const execute = `exec "$@"`

// TestKubernetesProbes runs the commands in the example of a pod.
func TestKubernetesProbes(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	container := at[any](s, s.parsed("pod.yaml"), "spec", "containers", 0)
	words := func(path ...any) (words []string) {
		for _, word := range at[[]any](s, container, path...) {
			words = append(words, word.(string))
		}
		return words
	}
	probe := func(name string) []string { return words(name, "exec", "command") }
	s.exits(1, execute, probe("readinessProbe")...)
	s.exits(3, execute, probe("livenessProbe")...)

	supervisor := exec.Command("env", append([]string{"SVCTL_CONF=svctl.conf"}, words("command")...)...)
	supervisor.Dir, supervisor.Env = s.dir, s.environment()
	check(t, supervisor.Start())
	s.await("the start", func() bool { return s.ask("svctl supervise --status").code == 0 })
	s.exits(0, "svctl wait")
	for _, name := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
		s.exits(0, execute, probe(name)...)
	}
	s.exits(0, execute, words("lifecycle", "preStop", "exec", "command")...)
	s.exits(1, execute, probe("readinessProbe")...)
	s.exits(0, execute, probe("livenessProbe")...)
	check(t, supervisor.Process.Signal(os.Interrupt))
	check(t, supervisor.Wait())
	s.exits(3, "svctl status")
}

// TestSaltState runs the commands in the example of a state.
func TestSaltState(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	state := s.parsed("web.sls")
	// A state function has a list of arguments, each a mapping with one key.
	argument := func(id, function, name string) string {
		t.Helper()
		for _, a := range at[[]any](s, state, id, function) {
			if value, found := a.(map[string]any)[name].(string); found {
				return value
			}
		}
		t.Fatalf("%s: no %s", id, name)
		return ""
	}
	s.exits(0, argument("web-entry", "file.managed", "check_cmd")+" svctl.conf")
	unless := argument("web", "cmd.run", "unless")
	s.exits(3, unless)
	s.exits(0, argument("web", "cmd.run", "name"))
	s.exits(0, unless)
	s.exits(0, argument("web-apply", "cmd.run", "name"))
	s.exits(0, "svctl status")
	s.exits(0, "svctl stop")
}

// TestCronJobs runs the commands in the example of a crontab.
func TestCronJobs(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var jobs []string
	for line := range strings.Lines(s.blocks["svctl.cron"]) {
		if fields := strings.SplitN(line, " ", 7); len(fields) == 7 {
			jobs = append(jobs, fields[6])
		}
	}
	if len(jobs) != 2 {
		t.Fatalf("the jobs are %q", jobs)
	}
	if a := s.ask(jobs[1]); !strings.Contains(a.stdout, "\nweb ") || !strings.Contains(a.stdout, "\nworker ") {
		t.Errorf("%s: %v", jobs[1], a)
	}
	for _, job := range jobs {
		if a := s.ask(job); a.code != 0 || a.stdout != "" {
			t.Errorf("%s: %v", job, a)
		}
	}
	s.exits(0, "svctl status")
	s.exits(0, "svctl stop")
}

// TestNomadCheck parses the example of a job with HashiCorp's parser, and runs its check.
func TestNomadCheck(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	job := s.blocks["shop.nomad.hcl"]
	hclfmt := []string{"run", "github.com/hashicorp/hcl/v2/cmd/hclfmt@v2.24.0"}
	if text, err := exec.Command("go", append(hclfmt, "-version")...).CombinedOutput(); err != nil {
		leaveOut(t, "hclfmt cannot be fetched: "+string(text))
	}
	cmd := exec.Command("go", hclfmt...)
	cmd.Stdin = strings.NewReader(job)
	if a := s.run(cmd); a.code != 0 || a.stdout != job {
		t.Errorf("hclfmt: %v", a)
	}
	command := regexp.MustCompile(`(?m)^ +command  = "(.*)"\n +args     = \[(.*)\]$`).FindStringSubmatch(job)
	if command == nil {
		t.Fatal("the job has no check")
	}
	words := []string{command[1]}
	for word := range strings.SplitSeq(command[2], ", ") {
		words = append(words, strings.Trim(word, `"`))
	}
	s.exits(2, execute, words...)
	s.exits(0, "svctl start web")
	s.exits(0, execute, words...)
	s.exits(0, "svctl stop")
}

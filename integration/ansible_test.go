package integration

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// plugins is the tree that the packages install in /usr/share/ansible/plugins.
var plugins, _ = filepath.Abs("../packaging/ansible/plugins")

// ansible is the environment in which Ansible finds the modules of the source tree, and
// keeps its files below a directory.
func ansible(home string) []string {
	return []string{
		"ANSIBLE_LIBRARY=" + filepath.Join(plugins, "modules"),
		"ANSIBLE_MODULE_UTILS=" + filepath.Join(plugins, "module_utils"),
		"ANSIBLE_HOME=" + filepath.Join(home, ".ansible"),
		"ANSIBLE_REMOTE_TEMP=" + filepath.Join(home, ".ansible", "remote"),
		"ANSIBLE_INVENTORY_UNPARSED_WARNING=false", // there is only localhost
		"ANSIBLE_LOCALHOST_WARNING=false",
		"PYTHONDONTWRITEBYTECODE=1",
	}
}

// TestAnsibleSource checks the syntax and the style of the modules.
func TestAnsibleSource(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(plugins, "*", "*.py"))
	check(t, err)
	if len(files) != 3 {
		t.Fatalf("the files are %q", files)
	}
	for _, command := range [][]string{
		{"python3", "-c", "import sys\nfor name in sys.argv[1:]: compile(open(name).read(), name, 'exec')"},
		{"pyflakes3"},
		{"pycodestyle", "--max-line-length=120", "--ignore=E402"}, // imports follow the documentation
	} {
		if _, err := exec.LookPath(command[0]); err != nil {
			leaveOut(t, command[0]+" is missing")
		}
		if text, err := exec.Command(command[0], append(command[1:], files...)...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", command[0], err, text)
		}
	}
}

// TestAnsibleExamples makes the examples of the modules tasks of a play, and checks its
// syntax.
func TestAnsibleExamples(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ansible-doc"); err != nil {
		leaveOut(t, "ansible-doc is missing")
	}
	h := newHost(t)
	env := ansible(h.dir)
	docs := exec.Command("ansible-doc", "--json", "--type", "module", "svctl", "svctl_facts")
	docs.Env = env
	a := h.run(docs)
	var modules map[string]struct{ Examples string }
	if err := json.Unmarshal([]byte(a.stdout), &modules); err != nil || len(modules) != 2 {
		t.Fatalf("ansible-doc: %v: %v", err, a)
	}
	play := "- hosts: localhost\n  tasks:\n"
	for _, m := range modules {
		for line := range strings.Lines(m.Examples) {
			play += "    " + line
		}
	}
	file := filepath.Join(h.dir, "examples.yml")
	check(t, os.WriteFile(file, []byte(play), 0o644))
	syntax := exec.Command("ansible-playbook", "--syntax-check", file)
	syntax.Env = env
	if a := h.run(syntax); a.code != 0 || a.stderr != "" {
		t.Errorf("%v\n%s", a, play)
	}
}

// checkAnsible runs the modules where Ansible finds those of an installed package.
func (l *life) checkAnsible() {
	l.Helper()
	if _, err := exec.LookPath("ansible-doc"); err != nil {
		leaveOut(l, "ansible-doc is missing")
	}
	run := func(name string, args ...string) answer {
		l.Helper()
		return l.in("env", append([]string{"HOME=" + l.dir, "ANSIBLE_REMOTE_TEMP=" + l.dir + "/remote", name}, args...)...)
	}
	for module, words := range map[string]string{
		"svctl":       "choices: [started, stopped, restarted, reloaded]",
		"svctl_facts": "Query the services",
	} {
		if a := run("ansible-doc", "--type", "module", module); a.code != 0 || a.stderr != "" || !strings.Contains(a.stdout, words) ||
			!strings.Contains(a.stdout, "(/usr/share/ansible/plugins/modules/"+module+".py)") {
			l.Errorf("ansible-doc %s: %v", module, a)
		}
	}
	for _, step := range []struct{ module, state, answer string }{
		{"ansible.builtin.service", "started", "CHANGED"},
		{"svctl", "started", "SUCCESS"},
		{"svctl", "stopped", "CHANGED"},
		{"ansible.builtin.service", "stopped", "SUCCESS"},
	} {
		words := "name=archive state=" + step.state
		if step.module != "svctl" {
			words += " use=svctl"
		}
		if a := run("ansible", "localhost", "-m", step.module, "-a", words); a.code != 0 || !strings.HasPrefix(a.stdout, "localhost | "+step.answer+" => ") {
			l.Errorf("%s %s: %v", step.module, words, a)
		}
		if step.answer == "CHANGED" {
			l.wantEvents(map[string]string{"started": "starts", "stopped": "stops"}[step.state], "archive")
		}
	}
	if a := run("ansible", "localhost", "-m", "svctl_facts"); a.code != 0 || !strings.Contains(a.stdout, `"path": "broker"`) {
		l.Errorf("svctl_facts: %v", a)
	}
}

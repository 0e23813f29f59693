package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInitScriptOfReadme runs the init script of the README, with a program that crashes
// until the file "good" exists.
func TestInitScriptOfReadme(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../README.md")
	check(t, err)
	_, script, found := strings.Cut(string(page), `case "$1" in`)
	script, _, whole := strings.Cut(script, "esac")
	if !found || !whole {
		t.Fatal("there is no init script in the README")
	}
	s := newScene(t, nil)
	pidFile := filepath.Join(s.dir, "prog.pid")
	s.write("init", "#!/bin/sh\ncd "+s.dir+"\ncase \"$1\" in"+strings.NewReplacer(
		"web.pid", pidFile,
		"--daemon ./web", "--restart always --backoff 300:300 --log log --chdir . --daemon sh -c 'test -e good && exec sleep 1000; exit 3'",
	).Replace(script)+"esac\n")
	run := func(word string, code int, want string) {
		t.Helper()
		cmd := exec.Command(filepath.Join(s.dir, "init"), word)
		cmd.Env = s.env
		text, _ := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != code || !strings.Contains(string(text), want) {
			t.Fatalf("%s: exit status %d, %q; want %d, %q", word, cmd.ProcessState.ExitCode(), text, code, want)
		}
	}
	s.write("svctl.conf", "<entry>\ntype = service\nname = x\nstart = x\ndaemon = "+pidFile+"\n</entry>\n")
	run("status", 3, "svloop is not running")
	run("start", 0, "started")
	x := lsbService{scene: s, name: "x"}
	x.await("the pause after a crash", func() bool {
		_, text := s.svctl("status", "x")
		return strings.Contains(text, "next attempt in")
	})
	before := s.pid("prog.pid")
	run("status", 1, "is restarting")
	s.write("good", "")
	run("start", 0, "started")
	if s.pid("prog.pid") == before {
		t.Error("the same svloop runs")
	}
	run("status", 0, "is running")
	run("start", 0, "")
	run("restart", 0, "started")
	run("stop", 0, "has ended")
	run("status", 3, "svloop is not running")
}

package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

// newCron returns a scene with a service x of one kind, and the command that cron runs
// for it.
func newCron(t *testing.T, keys string) (s *scene, command string) {
	t.Helper()
	s = newScene(t, nil)
	expand := strings.NewReplacer("BIN", bin, "DIR", s.dir).Replace
	s.write("init", expand(inDir(initScript)))
	s.write("bg", expand(inDir(backgrounder)))
	s.write("svctl.conf", expand("<entry>\n    type = service\n    name = x\n    timeout = 20"+keys+"\n</entry>\n"))
	code, text := s.svctl("export", "cron", "x")
	if code != 0 {
		t.Fatalf("export: exit status %d: %s", code, text)
	}
	for line := range strings.Lines(text) {
		if found, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "* * * * * "); ok {
			command = strings.ReplaceAll(found, `\%`, "%")
		}
	}
	if command == "" {
		t.Fatalf("there is no line for every minute in\n%s", text)
	}
	return s, command
}

// minute runs the command as cron does, and expects neither an error nor output, which
// cron would mail.
func (s *scene) minute(command string) {
	s.t.Helper()
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Dir = s.dir
	cmd.Env = []string{"HOME=" + s.dir, "LOGNAME=root", "SHELL=/bin/sh", "PATH=/usr/bin:/bin"}
	for _, pair := range s.env {
		if strings.HasPrefix(pair, mark+"=") {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	if text, err := cmd.CombinedOutput(); err != nil || len(text) > 0 {
		s.t.Fatalf("%s: %v, %q", command, err, text)
	}
}

// TestCronLine keeps services of all kinds alive.
func TestCronLine(t *testing.T) {
	t.Parallel()
	kinds := map[string]string{"odd words": `
    start = BIN/program env A%25%5C%25%5C%5C%27%20 pid DIR/program.pid serve
    daemon = DIR/svloop.pid
    daemon_options = --log DIR/log --stdout DIR/out --env A%25%5C%25%5C%5C%27%20=50%25`}
	for kind, keys := range exportedKinds {
		kinds[kind] = keys
	}
	for kind, keys := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s, command := newCron(t, keys)
			x := lsbService{scene: s, name: "x", pidFile: "program.pid"}
			s.minute(command)
			first := x.program(true)
			if kind == "odd words" {
				x.await("the variable", func() bool { text, _ := os.ReadFile(filepath.Join(s.dir, "out")); return string(text) == "50%\n" })
			}
			s.minute(command)
			s.minute(command)
			if x.program(true) != first {
				t.Fatal("another program runs")
			}

			// A killed service runs again, once.
			victim := first
			if s.pid("svloop.pid") != 0 {
				victim = s.pid("svloop.pid")
			}
			s.kill(victim, false)
			s.minute(command)
			second := x.program(true)
			if second == first || isAlive(first) {
				t.Errorf("process %d runs, and %d of before: alive is %v", second, first, isAlive(first))
			}
			s.minute(command)
			if x.program(true) != second {
				t.Error("another program runs")
			}
			if copies := s.copies(second); copies != 1 {
				t.Errorf("there are %d copies of the program", copies)
			}
			if code, text := s.svctl("stop", "x"); code != 0 {
				t.Errorf("stop: exit status %d: %s", code, text)
			}
			x.program(false)
		})
	}
}

// TestCronLineOfStuck kills an svloop that hangs, as the other exports do, and starts
// another.
func TestCronLineOfStuck(t *testing.T) {
	t.Parallel()
	s, command := newCron(t, exportedKinds["daemon"])
	x := lsbService{scene: s, name: "x", pidFile: "program.pid"}
	s.minute(command)
	first := x.program(true)
	x.hang()
	if code, text := s.svctl("status", "x"); code != 4 {
		t.Fatalf("status: exit status %d: %s", code, text)
	}
	s.minute(command)
	if second := x.program(true); second == first || isAlive(first) {
		t.Errorf("process %d runs, and %d of before: alive is %v", second, first, isAlive(first))
	}
	if code, text := s.svctl("stop", "x"); code != 0 {
		t.Errorf("stop: exit status %d: %s", code, text)
	}
	x.program(false)
}

// copies returns the number of processes of the scene with this command line.
func (s *scene) copies(pid int) (n int) {
	s.t.Helper()
	want, err := proctree.Args(pid)
	check(s.t, err)
	for _, pair := range s.env {
		id, found := strings.CutPrefix(pair, mark+"=")
		if !found {
			continue
		}
		for _, p := range marked(id) {
			if args, err := proctree.Args(p.PID); err == nil && strings.Join(args, "\x00") == strings.Join(want, "\x00") {
				n++
			}
		}
	}
	return n
}

// TestCronInstall puts services into a real crontab, which the real cron reads: its start
// counts as a boot.
func TestCronInstall(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"cron", "crontab"} {
		if found, err := condition("have:" + program); err != nil || !found {
			leaveOut(t, program+" is not installed")
		}
	}
	h := newInitHost(t, "<entry>\n    type = service\n    name = x"+exportedKinds["daemon"]+" --env A=50%25%5C%25\n</entry>\n", nil)
	// A crontab without services, and no jobs of the host.
	check(t, os.MkdirAll(filepath.Join(h.root, "var/spool/cron/crontabs"), 0o700))
	check(t, os.Mkdir(filepath.Join(h.root, "etc/cron.d"), 0o755))
	h.write("host/etc/crontab", "")
	check(t, os.Chmod(filepath.Join(h.root, "etc/crontab"), 0o644))
	svctl := filepath.Join(bin, "svctl")
	want := func(stdout string, argv ...string) {
		t.Helper()
		if a := h.must(argv...); a.stdout != stdout || a.stderr != "" {
			t.Fatalf("%q: %v, want %q", argv, a, stdout)
		}
	}
	var variable string
	for _, pair := range h.env {
		if strings.HasPrefix(pair, mark+"=") {
			variable = pair + "\n" // cron passes no other variables to its jobs
		}
	}

	// The first crontab of root, and then none again.
	want("run crontab -\n", svctl, "export", "cron", "--install")
	want("run crontab -r\n", svctl, "unexport", "cron", "x")
	want("nothing to remove\n", svctl, "unexport", "cron", "x")
	if a := h.run("crontab", "-l"); a.code == 0 {
		t.Fatalf("there is a crontab: %v", a)
	}

	// The user's own lines stay unchanged.
	const own = "# mine\n0 5 * * 1 echo 50\\% done\n"
	h.write("own", variable+own)
	h.must("crontab", filepath.Join(h.dir, "own"))
	want("run crontab -\n", svctl, "export", "cron", "--install")
	table := h.must("crontab", "-l").stdout
	_, file := h.svctl("export", "cron", "x")
	if table != variable+own+"# svctl export: begin x\n"+file+"# svctl export: end x\n" {
		t.Errorf("the crontab is\n%s", table)
	}
	want("", svctl, "export", "cron", "--install") // nothing has changed

	daemon := exec.Command("unshare", "-m", "sh", "-c", inPlace, h.root, "cron", "-f")
	check(t, daemon.Start())
	t.Cleanup(func() { _ = daemon.Wait() })
	t.Cleanup(func() { _ = daemon.Process.Kill() })
	x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
	x.program(true)
	if code, text := h.svctl("status", "x"); code != 0 {
		t.Errorf("status: exit status %d: %s", code, text)
	}

	// After unexport the service continues to run: only svctl stops it.
	want("run crontab -\n", svctl, "unexport", "cron", "x")
	want(variable+own, "crontab", "-l")
	x.program(true)
	check(t, daemon.Process.Kill())
	if code, text := h.svctl("stop", "x"); code != 0 {
		t.Errorf("stop: exit status %d: %s", code, text)
	}
	x.program(false)
}

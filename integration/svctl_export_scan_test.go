package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// scanner is the process that finds new service directories, in a mount namespace with
// private /etc and /run: installations there have no effect on the host.
type scanner struct {
	*service
	root     string // of /etc and /run
	pid      int
	services string // the directory of the files
	scanned  string // the directory of the links
}

const ownPlaces = `for place in etc run; do mount --bind "$0/$place" "/$place" || exit; done
cd /
exec "$@"
`

// newScanner installs no service. The directory of links exists, as after an installation
// of the supervisor.
func newScanner(t *testing.T, m monitor, program []string, services, scanned string) *scanner {
	t.Helper()
	for _, name := range []string{"unshare", "nsenter", program[0]} {
		if found, err := condition("have:" + name); err != nil || !found {
			leaveOut(t, name+" is not installed")
		}
	}
	s := &scanner{service: newService(t, m, "start = BIN/program append DIR/x.starts child append+DIR/x.children+serve serve\n"+
		"daemon_options = --restart always"), services: services, scanned: scanned}
	s.write("svctl.conf", s.read("svctl.conf")+`
<entry>
    type = service
    name = y
    daemon = DIR/y.pid
    start = BIN/program append DIR/y.starts serve
    expected = stopped
</entry>
<entry>
    type = supervisor
    name = group
    <children>
        <entry>
            type = service
            name = z
            daemon = DIR/z.pid
            daemon_options = --restart always --ready notify
            start = BIN/program append DIR/z.starts session append+DIR/z.sessions+serve notify READY=1 serve
        </entry>
    </children>
</entry>
`)
	s.root = filepath.Join(s.dir, "root")
	for _, dir := range []string{"etc", "run", scanned} {
		check(t, os.MkdirAll(filepath.Join(s.root, dir), 0o755))
	}
	for _, name := range []string{"passwd", "group", "nsswitch.conf", "ld.so.cache"} {
		text, err := os.ReadFile("/etc/" + name)
		check(t, err)
		check(t, os.WriteFile(filepath.Join(s.root, "etc", name), text, 0o644))
	}
	cmd := exec.Command("unshare", append([]string{"-m", "sh", "-c", ownPlaces, s.root}, append(program, scanned)...)...)
	s.launch(cmd)
	s.pid = cmd.Process.Pid
	t.Cleanup(func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
	s.await("the scanner", func() bool {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", s.pid))
		return err == nil && string(text) == program[0]+"\n"
	})
	return s
}

func (s *service) read(name string) string {
	s.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	check(s, err)
	return string(text)
}

// inside runs a command in the namespace of the scanner.
func (s *scanner) inside(words ...string) answer {
	s.Helper()
	enter := []string{fmt.Sprintf("--mount=/proc/%d/ns/mnt", s.pid), "--"}
	return s.run(exec.Command("nsenter", append(enter, command(words...).Args...)...))
}

func (s *scanner) svctl(code int, words ...string) answer {
	s.Helper()
	a := s.inside(append([]string{"svctl", "--conf", filepath.Join(s.dir, "svctl.conf")}, words...)...)
	if a.code != code {
		s.Fatalf("svctl %q: %v; want exit status %d\n%s", words, a, code, s.log())
	}
	return a
}

// exists returns the files in a directory of the namespace, without those of the scanner.
func (s *scanner) exists(dir string) string {
	s.Helper()
	found, err := filepath.Glob(filepath.Join(s.root, dir, "[^.]*"))
	check(s, err)
	for i, path := range found {
		found[i] = filepath.Base(path)
	}
	return strings.Join(found, " ")
}

// checkInstall expects the scanner to find installed services, and to forget uninstalled
// ones without a trace.
func checkInstall(s *scanner, installed, removed string) {
	s.Helper()
	for _, name := range []string{"would ", ""} {
		words := []string{"export", s.format, "--install"}
		if name != "" {
			words = append(words, "--dry-run")
		}
		want := ""
		for line := range strings.Lines(installed) {
			want += name + line
		}
		if a := s.svctl(0, words...); a.stdout != want || a.stderr != "" {
			s.Fatalf("%q: %v; want\n%s", words, a, want)
		}
		if name != "" && s.exists(s.services)+s.exists(s.scanned) != "" {
			s.Fatal("--dry-run has written")
		}
	}
	first := s.nth("x.starts", 1)
	s.nth("z.starts", 1)
	s.nth("z.sessions", 1)
	s.path = filepath.Join(s.root, s.services, "y")
	s.await("the monitor of y", func() bool { return s.accepts("supervise/control") })
	if s.lines("y.starts") != nil {
		s.Error("y was started, which is expected stopped")
	}

	// A second installation interrupts nothing, and starts no second copy of z.
	s.svctl(0, "export", s.format, "--install")
	if !isAlive(first) {
		s.Error("a second export has ended x")
	}
	if a := s.inside(append(s.up[:len(s.up):len(s.up)], filepath.Join(s.services, "y"))...); a.code != 0 {
		s.Fatal(a)
	}
	s.nth("y.starts", 1)

	// An edited service stays, and continues to run.
	run := filepath.Join(s.root, s.services, "x/run")
	text, err := os.ReadFile(run)
	check(s, err)
	check(s, os.WriteFile(run, append(text, "# mine\n"...), 0o755))
	want := "svctl: cannot replace \"" + filepath.Join(s.services, "x/run") + "\": it was edited since svctl export made it\n" +
		"svctl: hint: --force replaces or removes it nevertheless\n"
	if a := s.svctl(1, "unexport", s.format, "x", "y"); a.stderr != want || a.stdout != "" {
		s.Errorf("unexport of an edited file: %v", a)
	}
	if a := s.svctl(1, "export", s.format, "--install", "x"); !strings.HasSuffix(a.stderr, want) || a.stdout != "" {
		s.Errorf("export over an edited file: %v", a)
	}
	if !isAlive(first) {
		s.Error("the refusal has ended x")
	}
	s.svctl(0, "export", s.format, "--install", "--force", "x")

	if a := s.svctl(0, "unexport", s.format, "x", "y", "group/z"); a.stdout != removed || a.stderr != "" {
		s.Fatalf("unexport: %v; want\n%s", a, removed)
	}
	s.wantStopped("x.starts", "x.children", "y.starts", "z.starts", "z.sessions")
	if left := s.exists(s.services) + s.exists(s.scanned); left != "" {
		s.Errorf("left behind: %s", left)
	}
	s.await("the end of the monitors", func() bool {
		programs, others := s.processes()
		for _, pid := range append(programs, others...) {
			text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
			if string(text) == s.program[:min(15, len(s.program))]+"\n" {
				return false
			}
		}
		return true
	})
	if a := s.svctl(0, "unexport", s.format, "x", "y", "group/z"); a.stdout != "nothing to remove\n" {
		s.Errorf("unexport again: %v", a)
	}

	// A link of the administrator stays, and nothing is written.
	link := filepath.Join(s.root, s.scanned, "x")
	check(s, os.Symlink("/somewhere/else", link))
	refused := fmt.Sprintf("svctl: cannot create link %q: it already exists, and points to \"/somewhere/else\"\n", filepath.Join(s.scanned, "x"))
	if a := s.svctl(1, "export", s.format, "--install", "--force", "y", "x"); !strings.HasSuffix(a.stderr, refused) || a.stdout != "" {
		s.Errorf("export beside a link of others: %v", a)
	}
	if target, err := os.Readlink(link); err != nil || target != "/somewhere/else" || s.exists(s.services)+s.exists(s.scanned) != "x" {
		s.Errorf("the link leads to %q, %v; there are %s and %s", target, err, s.exists(s.services), s.exists(s.scanned))
	}
	check(s, os.Remove(link))

	// A program that svloop runs is not started a second time.
	s.svctl(0, "start", "x")
	s.nth("x.starts", 2)
	a := s.svctl(1, "export", s.format, "--install", "x")
	if !strings.Contains(a.stderr, "and "+s.format+" would start a second copy\nsvctl: hint: svctl stop x\n") {
		s.Errorf("export of a running service: %v", a)
	}
	s.svctl(0, "stop", "x")
}

package integration

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

// sandbox is this host in a mount namespace with private copies of /etc, /usr and /var
// and an empty /run: a package can be installed there while other tests run, and dpkg may
// start services independent of the init system. It disappears with its last process.
// Debian's rpm would have its database in the home directory, which is that of the host.
type sandbox struct {
	*host
	holder     int      // the process that keeps the namespaces
	namespaces []string // options of nsenter
}

// enterSandbox creates the namespace, reports that, and holds it until its standard input
// is closed.
const enterSandbox = `
mount -t tmpfs none "$1" || exit
for name in etc usr var; do
    mkdir -p "$1/$name/upper" "$1/$name/work" &&
    mount -t overlay none -o "lowerdir=/$name,upperdir=$1/$name/upper,workdir=$1/$name/work" "/$name" || exit
done
mount -t tmpfs -o mode=755 none /run || exit
printf '#!/bin/sh\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d || exit
mkdir -p /etc/rpm /var/lib/rpm && echo '%_dbpath /var/lib/rpm' >>/etc/rpm/macros || exit
echo ready
read -r _
`

func newSandbox(t *testing.T) *sandbox {
	t.Helper()
	s := &sandbox{host: newHost(t)}
	layers := t.TempDir()
	t.Cleanup(func() {
		for _, p := range s.own() {
			args, _ := proctree.Args(p)
			t.Errorf("left behind: pid %d %q", p, args)
			_ = syscall.Kill(p, syscall.SIGKILL)
		}
	})
	cmd := exec.Command("unshare", "--mount", "--propagation", "private", "sh", "-c", enterSandbox, "sh", layers)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	check(t, err)
	stdout, err := cmd.StdoutPipe()
	check(t, err)
	check(t, cmd.Start())
	t.Cleanup(func() {
		stdin.Close()
		_ = cmd.Wait()
	})
	if line, _ := bufio.NewReader(stdout).ReadString('\n'); line != "ready\n" {
		leaveOut(t, "no namespace with overlays can be made: "+stderr.String())
	}
	s.holder, s.namespaces = cmd.Process.Pid, []string{"--mount"}
	return s
}

// in runs a command in the sandbox, with only PATH from outside.
func (s *sandbox) in(name string, args ...string) answer {
	s.Helper()
	words := append([]string{"--target", strconv.Itoa(s.holder)}, s.namespaces...)
	words = append(words, "--", "env", "-i", "DEBIAN_FRONTEND=noninteractive", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", name)
	return s.run(exec.Command("nsenter", append(words, args...)...))
}

// want runs a command in the sandbox, and compares its exit status and output.
func (s *sandbox) want(code int, stdout, name string, args ...string) {
	s.Helper()
	if a := s.in(name, args...); a.code != code || a.stdout != stdout || a.stderr != "" {
		s.Fatalf("%s %q: %v, want exit status %d, stdout %q", name, args, a, code, stdout)
	}
}

// wantError is want for standard error.
func (s *sandbox) wantError(code int, stderr, name string, args ...string) {
	s.Helper()
	if a := s.in(name, args...); a.code != code || a.stderr != stderr {
		s.Fatalf("%s %q: %v, want exit status %d, stderr %q", name, args, a, code, stderr)
	}
}

// dpkg runs dpkg, which must succeed.
func (s *sandbox) dpkg(args ...string) {
	s.Helper()
	if a := s.in("dpkg", args...); a.code != 0 {
		s.Fatalf("dpkg %q: %v", args, a)
	}
}

// path returns the outside path of a path in the sandbox.
func (s *sandbox) path(name string) string { return fmt.Sprintf("/proc/%d/root%s", s.holder, name) }

func (s *sandbox) read(name string) string {
	s.Helper()
	text, err := os.ReadFile(s.path(name))
	check(s, err)
	return string(text)
}

func (s *sandbox) write(name, text string) {
	s.Helper()
	check(s, os.WriteFile(s.path(name), []byte(text), 0o644))
}

// own returns the living processes in the sandbox that have the test's directory in their
// arguments: the services and their svloops.
func (s *sandbox) own() (pids []int) {
	table, err := proctree.Snapshot()
	check(s, err)
	for _, p := range table {
		args, err := proctree.Args(p.PID)
		if err == nil && p.Alive() && p.PID != os.Getpid() && strings.Contains(strings.Join(args, " "), s.dir) {
			pids = append(pids, p.PID)
		}
	}
	slices.Sort(pids)
	return pids
}

// sequence matches the number that insserv gives a script, and changes when another
// script is installed.
var sequence = regexp.MustCompile(`(/etc/rc.\.d/[SK])\d\d`)

// changing are files that any package may create, remove or rewrite.
var changing = regexp.MustCompile(`^(/etc/init\.d/\.depend\..*|/var/log/(dpkg|alternatives)\.log|/var/log/apt/.*|/run/runit.*)$`)

// files returns the paths of all files that a package could leave behind.
func (s *sandbox) files() map[string]bool {
	s.Helper()
	all := make(map[string]bool)
	root := s.path("")
	for _, top := range []string{"/etc", "/usr", "/var/lib/dpkg", "/var/lib/systemd", "/var/log", "/run"} {
		check(s, filepath.WalkDir(root+top, func(path string, _ fs.DirEntry, err error) error {
			path = sequence.ReplaceAllString(strings.TrimPrefix(path, root), "$1")
			if !changing.MatchString(path) {
				all[path] = true
			}
			return err
		}))
	}
	if len(all) < 1000 {
		s.Fatalf("only %d files were found", len(all))
	}
	return all
}

// wantLeft expects exactly these new paths, and no missing ones.
func (s *sandbox) wantLeft(before map[string]bool, want ...string) {
	s.Helper()
	after := s.files()
	var more []string
	for path := range after {
		if !before[path] {
			more = append(more, path)
		}
	}
	slices.Sort(more)
	slices.Sort(want)
	if !slices.Equal(more, want) {
		s.Errorf("left behind: %q, want %q", more, want)
	}
	for path := range before {
		if !after[path] {
			s.Errorf("taken away: %s", path)
		}
	}
}

package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// packaged lists the sources of a package.
var packaged = []string{"cmd", "internal", "pkg", "packaging", "go.mod", "go.sum", "Makefile", "CHANGELOG.md", "LICENSE"}

// output runs a command in a directory, with additional variables in its environment, and
// returns its standard output.
func output(t testing.TB, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v\n%s%s", cmd.Args, err, text, &stderr)
	}
	return string(text)
}

// gitEnv makes commits independent of the user and the time.
var gitEnv = []string{
	"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
	"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@localhost", "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z",
	"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@localhost", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z",
}

func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	return output(t, dir, gitEnv, "git", args...)
}

// newSource returns a repository with one commit that has these files of the source tree
// as they are now.
func newSource(t testing.TB, names ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		leaveOut(t, "git is missing")
	}
	dir := t.TempDir()
	for _, name := range names {
		from, to := filepath.Join("..", name), filepath.Join(dir, name)
		info, err := os.Stat(from)
		check(t, err)
		if info.IsDir() {
			check(t, os.CopyFS(to, os.DirFS(from)))
			continue
		}
		text, err := os.ReadFile(from)
		check(t, err)
		check(t, os.WriteFile(to, text, 0o644))
	}
	git(t, dir, "init", "--quiet")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "--quiet", "--message", "first")
	return dir
}

// TestPackageVersion tests the states of a repository that git describes.
func TestPackageVersion(t *testing.T) {
	t.Parallel()
	dir := newSource(t, "packaging")
	head := func() string { return "g" + git(t, dir, "rev-parse", "HEAD")[:12] }
	want := func(deb, apk string) {
		t.Helper()
		for format, want := range map[string]string{"deb": deb, "rpm": deb, "apk": apk} {
			if got := output(t, dir, gitEnv, "sh", "packaging/version.sh", format); got != want+"\n" {
				t.Errorf("version.sh %s prints %q, want %q", format, got, want)
			}
		}
	}
	commit := func() { git(t, dir, "commit", "--quiet", "--allow-empty", "--message", "next") }

	want("0.0.0~git20260102030405."+head(), "0.0.0_git20260102030405")
	git(t, dir, "tag", "v1.3.0-rc.1")
	want("1.3.0~rc.1", "1.3.0_rc1")
	commit()
	want("1.3.0~rc.1+1."+head(), "1.3.0_rc1_git1")
	git(t, dir, "tag", "v1.3.0")
	git(t, dir, "tag", "elsewhere")
	git(t, dir, "tag", "--annotate", "--message", "last", "v1.3.0-rc.10")
	git(t, dir, "tag", "--annotate", "--message", "last but one", "v1.3.0-rc.9")
	want("1.3.0", "1.3.0") // the release has the commit of its candidates
	commit()
	commit()
	want("1.3.0+2."+head(), "1.3.0_git2")
	check(t, os.WriteFile(filepath.Join(dir, "more"), nil, 0o644))
	git(t, dir, "config", "status.showUntrackedFiles", "no")
	want("1.3.0+2."+head()+"+dirty", "1.3.0_git2_p1")
}

// TestPackageVersionRefused expects one line with the reason.
func TestPackageVersionRefused(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs("../packaging/version.sh")
	check(t, err)
	for _, c := range []struct {
		version, format string
		code            int
		text            string
	}{
		{"", "deb", 1, "version.sh: there is no commit to take the version from: give VERSION"},
		{"1.2-3", "rpm", 1, `version.sh: "1.2-3" is no version for rpm`},
		{"v1.2", "deb", 1, `version.sh: "v1.2" is no version for deb`},
		{"1.2+local", "apk", 1, `version.sh: "1.2+local" is no version for apk`},
		{"1.2", "zip", 2, `version.sh: format "zip" is wrong: want deb, rpm or apk`},
	} {
		h := newHost(t)
		cmd := exec.Command("sh", script, c.format)
		cmd.Env = append(slices.Clone(gitEnv), "VERSION="+c.version, "GIT_CEILING_DIRECTORIES="+filepath.Dir(h.dir))
		a := h.run(cmd)
		if c.version == "" { // git prints the reason
			a.stderr = strings.TrimPrefix(a.stderr, "fatal: not a git repository (or any of the parent directories): .git\n")
		}
		if a.code != c.code || a.stdout != "" || a.stderr != c.text+"\n" {
			t.Errorf("VERSION=%s version.sh %s: %v, want exit status %d and %q", c.version, c.format, a, c.code, c.text)
		}
	}
}

// TestPackageVersionUnknown derives no version from incomplete information.
func TestPackageVersionUnknown(t *testing.T) {
	t.Parallel()
	source := newSource(t, "packaging")
	git(t, source, "tag", "v1.2.3")
	git(t, source, "commit", "--quiet", "--allow-empty", "--message", "next")
	git(t, source, "clone", "--quiet", "--depth=1", "file://"+source, "shallow")
	for _, c := range []struct{ dir, env, text string }{
		{filepath.Join(source, "shallow"), "", "version.sh: cannot find the last tag: the clone is shallow; fetch more of it, or give VERSION\n"},
		{source, "GIT_TEST_ASSUME_DIFFERENT_OWNER=1", "fatal: detected dubious ownership in repository at"},
	} {
		h := newHost(t)
		cmd := exec.Command("sh", "-c", `cd "$0" && exec sh packaging/version.sh deb`, c.dir)
		cmd.Env = append(slices.Clone(gitEnv), "VERSION=", c.env)
		if a := h.run(cmd); a.code != 1 || a.stdout != "" || !strings.HasPrefix(a.stderr, c.text) {
			t.Errorf("version.sh in %s: %v, want %q", c.dir, a, c.text)
		}
	}
}

// TestPackageFiles compares nfpm.yaml with the source tree, in both directions, except
// for built files.
func TestPackageFiles(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../packaging/nfpm.yaml")
	check(t, err)
	named := map[string]bool{"packaging/nfpm.yaml": true, "packaging/dist.sh": true, "packaging/version.sh": true}
	for _, m := range regexp.MustCompile(`(?:src|install|remove|upgrade): ([^ ,\n]+)(.*)`).FindAllStringSubmatch(string(text), -1) {
		name := m[1]
		if strings.HasPrefix(name, "dist/root/") || strings.Contains(m[2], "type: symlink") {
			continue
		}
		named[name] = true
		if info, err := os.Stat(filepath.Join("..", name)); err != nil || !info.Mode().IsRegular() {
			t.Errorf("nfpm.yaml names %s, which is no file: %v", name, err)
		}
	}
	if len(named) < 18 {
		t.Errorf("nfpm.yaml names %d files only", len(named))
	}
	found, err := filepath.Glob("../packaging/*")
	check(t, err)
	below, err := filepath.Glob("../packaging/*/*")
	check(t, err)
	for _, name := range append(found, below...) {
		info, err := os.Stat(name)
		check(t, err)
		if name = strings.TrimPrefix(name, "../"); !info.IsDir() && !named[name] {
			t.Errorf("nfpm.yaml does not name %s", name)
		}
	}
}

// packageScripts returns the shell scripts of all packages, relative to the root.
func packageScripts(t *testing.T) []string {
	t.Helper()
	var scripts []string
	for _, pattern := range []string{"*", "*/*"} {
		names, err := filepath.Glob("../packaging/" + pattern)
		check(t, err)
		for _, name := range names {
			if text, err := os.ReadFile(name); err == nil && strings.HasPrefix(string(text), "#!/bin/sh\n") {
				scripts = append(scripts, name)
			}
		}
	}
	return scripts
}

func TestPackageScripts(t *testing.T) {
	t.Parallel()
	scripts := packageScripts(t)
	if len(scripts) < 20 {
		t.Errorf("only %d scripts were found: %q", len(scripts), scripts)
	}
	for _, tool := range [][]string{{"dash", "-n"}, {"shellcheck", "--shell=sh"}} {
		if _, err := exec.LookPath(tool[0]); err != nil {
			leaveOut(t, tool[0]+" is missing")
		}
		for _, script := range scripts {
			args := append(slices.Clone(tool[1:]), script)
			if text, err := exec.Command(tool[0], args...).CombinedOutput(); err != nil || len(text) > 0 {
				t.Errorf("%s %s: %v\n%s", tool[0], script, err, text)
			}
		}
	}
}

package integration

import (
	"bytes"
	"debug/elf"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestPackages builds all packages from a tag, and tests their contents.
func TestPackages(t *testing.T) {
	t.Parallel()
	source := newSource(t, packaged...)
	git(t, source, "tag", "v1.2.3")
	if text, err := exec.Command("go", "run", "github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.4", "--version").CombinedOutput(); err != nil {
		leaveOut(t, "nfpm cannot be fetched: "+string(text))
	}
	made := makeDist(t, source)
	if want := "dist: version 1.2.3:\n"; made.stderr != want {
		t.Errorf("make dist says %q, want %q", made.stderr, want)
	}
	var found []string
	entries, err := os.ReadDir(filepath.Join(source, "dist"))
	check(t, err)
	for _, e := range entries {
		found = append(found, e.Name())
	}
	if !slices.Equal(found, dist) {
		t.Errorf("dist has %q, want %q", found, dist)
	}
	output(t, filepath.Join(source, "dist"), nil, "sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS")

	// The only test that rebuilds the second tree comes last.
	second := filepath.Join(t.TempDir(), "elsewhere", "second")
	t.Run("Same", func(t *testing.T) { wantSame(t, source, second) })
	t.Run("Programs", func(t *testing.T) { wantPrograms(t, filepath.Join(source, "dist")) })
	t.Run("Lists", func(t *testing.T) { wantLists(t, filepath.Join(source, "dist")) })
	t.Run("Scripts", func(t *testing.T) { wantScripts(t, filepath.Join(source, "dist")) })
	t.Run("Lintian", func(t *testing.T) { lintian(t, filepath.Join(source, "dist", "svloop_1.2.3-1_amd64.deb")) })
	t.Run("Dirty", func(t *testing.T) { wantDirty(t, second) })
	t.Run("Plain", func(t *testing.T) { wantPlain(t, second) })
	machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	debs := [2]string{
		filepath.Join(source, "dist", "svloop_1.2.3-1_"+runtime.GOARCH+".deb"),
		filepath.Join(second, "dist", "svloop_1.2.4-1_"+runtime.GOARCH+".deb"),
	}
	rpms := [2]string{
		filepath.Join(source, "dist", "svloop-1.2.3-1."+machine+".rpm"),
		filepath.Join(second, "dist", "svloop-1.2.4-1."+machine+".rpm"),
	}
	for name, life := range map[string]func(t *testing.T){
		"Life":    func(t *testing.T) { packageLife(t, debs, rpms) },
		"Systemd": func(t *testing.T) { packageSystemd(t, debs) },

		"Supervised":        func(t *testing.T) { packageSupervised(t, debs, rpms) },
		"SupervisedSystemd": func(t *testing.T) { packageSupervisedSystemd(t, debs) },
		"SupervisedRPM":     func(t *testing.T) { packageSupervisedRPM(t, rpms) },
	} {
		t.Run(name, func(t *testing.T) {
			if os.Geteuid() != 0 {
				leaveOut(t, "the installation of a package needs root")
			}
			life(t)
		})
	}
}

// dist is the result of make dist.
var dist = []string{
	"SHA256SUMS",
	"svloop-1.2.3-1.aarch64.rpm",
	"svloop-1.2.3-1.x86_64.rpm",
	"svloop_1.2.3-1_amd64.deb",
	"svloop_1.2.3-1_arm64.deb",
	"svloop_1.2.3-r0_aarch64.apk",
	"svloop_1.2.3-r0_x86_64.apk",
}

// makeDist runs make dist, and returns its own messages without nfpm's.
func makeDist(t *testing.T, dir string, args ...string) answer {
	t.Helper()
	return runDist(t, dir, exec.Command("make", append([]string{"dist"}, args...)...))
}

func runDist(t *testing.T, dir string, cmd *exec.Cmd) answer {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	cmd.Env = append(os.Environ(), gitEnv...)
	cmd.Env = append(cmd.Env, "MAKEFLAGS=", "VERSION=")
	if err := cmd.Run(); err != nil {
		t.Fatalf("%q: %v\n%s%s", cmd.Args, err, &stdout, &stderr)
	}
	own := ""
	for line := range strings.Lines(stderr.String()) {
		if strings.HasPrefix(line, "dist: ") {
			own += line
		}
	}
	return answer{stdout: stdout.String(), stderr: own}
}

// wantSame builds a clone in another directory and environment.
func wantSame(t *testing.T, first, second string) {
	git(t, first, "clone", "--quiet", first, second)
	runDist(t, second, exec.Command("sh", "-c", "umask 077; TZ=Asia/Tokyo LC_ALL=C.UTF-8 "+
		"GOAMD64=v3 GOARM64=v9.0 GOFLAGS=-tags=elsewhere GOEXPERIMENT=staticlockranking GOFIPS140=latest "+
		"exec make dist ARCHES="+runtime.GOARCH))
	packages, err := filepath.Glob(filepath.Join(second, "dist", "svloop*"))
	check(t, err)
	if len(packages) != 3 {
		t.Errorf("make dist for one architecture makes %q", packages)
	}
	for i, name := range packages {
		packages[i] = filepath.Base(name)
	}
	sums := func(dir string) string {
		return output(t, filepath.Join(dir, "dist"), nil, "sha256sum", packages...)
	}
	if a, b := sums(first), sums(second); a != b {
		t.Errorf("one commit, two directories: the sums are\n%s\nand\n%s", a, b)
	}
}

// wantDirty builds a tree with uncommitted changes.
func wantDirty(t *testing.T, dir string) {
	changed := filepath.Join(dir, "packaging", "simplevisor.conf")
	text, err := os.ReadFile(changed)
	check(t, err)
	check(t, os.WriteFile(changed, append(text, '\n'), 0o644))
	made := makeDist(t, dir, "FORMATS=apk", "ARCHES="+runtime.GOARCH)
	check(t, os.WriteFile(changed, text, 0o644))
	want := "dist: the tree has changes that are not committed: no one can build 1.2.3+dirty again\n" +
		"dist: version 1.2.3+dirty:\n"
	if made.stderr != want {
		t.Errorf("make dist says %q, want %q", made.stderr, want)
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "dist", "svloop_1.2.3_p1-r0_*.apk")); len(found) != 1 {
		t.Errorf("no package with the version of a changed tree: %q", found)
	}
}

// wantPlain builds a tree without git, such as a release's archive. The other tests use
// these packages as the next version.
func wantPlain(t *testing.T, dir string) {
	check(t, os.RemoveAll(filepath.Join(dir, ".git")))
	cmd := exec.Command("sh", "-c", `cd "$0" && exec sh packaging/dist.sh`, dir)
	cmd.Env = append(slices.Clone(gitEnv), "VERSION=1.2.4", "SOURCE_DATE_EPOCH=")
	want := "dist: there is no commit to take the time from: give SOURCE_DATE_EPOCH\n"
	if a := newHost(t).run(cmd); a.code != 1 || !strings.HasSuffix(a.stderr, want) {
		t.Errorf("make dist without git: %v, want %q", a, want)
	}
	makeDist(t, dir, "VERSION=1.2.4", "SOURCE_DATE_EPOCH=1000000000", "FORMATS=deb rpm", "ARCHES="+runtime.GOARCH)
	deb := filepath.Join(dir, "dist", "svloop_1.2.4-1_"+runtime.GOARCH+".deb")
	if got := output(t, "", nil, "dpkg-deb", "--contents", deb); !strings.Contains(got, " 2001-09-09 ") || strings.Contains(got, " 2026-") {
		t.Errorf("the times in the package are\n%s", got)
	}
}

// wantPrograms tests the programs of both architectures.
func wantPrograms(t *testing.T, dir string) {
	for arch, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		into := t.TempDir()
		output(t, into, nil, "dpkg-deb", "-x", filepath.Join(dir, "svloop_1.2.3-1_"+arch+".deb"), into)
		for _, name := range []string{"svloop", "svctl"} {
			program, err := elf.Open(filepath.Join(into, "usr/bin", name))
			check(t, err)
			if program.Machine != machine {
				t.Errorf("%s of %s is for %v", name, arch, program.Machine)
			}
			if needed, err := program.ImportedLibraries(); err != nil || len(needed) > 0 {
				t.Errorf("%s of %s needs libraries: %q %v", name, arch, needed, err)
			}
			program.Close()
			if arch == runtime.GOARCH {
				got := output(t, into, nil, filepath.Join(into, "usr/bin", name), "--version")
				if !strings.HasPrefix(got, name+" 1.2.3 (commit ") {
					t.Errorf("%s --version prints %q", name, got)
				}
			}
		}
	}
}

// everywhere lists the files of each package, apart from the manual pages.
var everywhere = []string{
	"/etc/init.d/svctl",
	"/etc/init.d/svctl-supervise",
	"/etc/logrotate.d/svloop",
	"/etc/simplevisor/simplevisor.conf",
	"/usr/bin/svctl",
	"/usr/bin/svloop",
	"/usr/lib/ocf/resource.d/svloop/svctl",
	"/usr/lib/svloop/quit-instances",
	"/usr/lib/svloop/reopen-logs",
	"/usr/lib/svloop/retire",
	"/usr/lib/svloop/services",
	"/usr/lib/svloop/simplevisor-control",
	"/usr/lib/svloop/supervise",
	"/usr/lib/systemd/system/svctl-supervise.service",
	"/usr/lib/systemd/system/svctl.service",
	"/usr/lib/tmpfiles.d/svloop.conf",
	"/usr/share/ansible/plugins/module_utils/svctl.py",
	"/usr/share/ansible/plugins/modules/svctl.py",
	"/usr/share/ansible/plugins/modules/svctl_facts.py",
	"/usr/share/bash-completion/completions/svctl",
	"/usr/share/bash-completion/completions/svloop",
	"/usr/share/doc/svloop/changelog.gz",
	"/usr/share/doc/svloop/copyright",
	"/usr/share/fish/vendor_completions.d/svctl.fish",
	"/usr/share/fish/vendor_completions.d/svloop.fish",
	"/usr/share/svloop/monitoring/svctl-metrics.cron",
	"/usr/share/svloop/monitoring/svctl-metrics.service",
	"/usr/share/svloop/monitoring/svctl-metrics.timer",
	"/usr/share/svloop/monitoring/svctl.dashboard.json",
	"/usr/share/svloop/monitoring/svctl.rules.yml",
}

// wantLists compares the files in the packages with the expected ones.
func wantLists(t *testing.T, dir string) {
	if _, err := exec.LookPath("rpm"); err != nil {
		leaveOut(t, "rpm is missing")
	}
	common := slices.Clone(everywhere)
	manuals, err := filepath.Glob("../cmd/*/*.[157]")
	check(t, err)
	for _, name := range manuals {
		common = append(common, "/usr/share/man/man"+name[len(name)-1:]+"/"+filepath.Base(name)+".gz")
	}
	elsewhere := []string{"/usr/share/doc/svloop/LICENSE", "/usr/share/zsh/site-functions/_svctl", "/usr/share/zsh/site-functions/_svloop"}
	directories := []string{"/etc/simplevisor/", "/etc/simplevisor/services.d/", "/var/log/svloop/"}
	for name, more := range map[string][]string{
		".deb": {"/usr/share/doc/svloop/changelog.Debian.gz", "/usr/share/lintian/overrides/svloop", "/usr/share/zsh/vendor-completions/_svctl", "/usr/share/zsh/vendor-completions/_svloop"},
		".rpm": elsewhere,
		".apk": append(slices.Clone(elsewhere), "/usr/bin/simplevisor", "/usr/bin/simplevisor-control", "/usr/bin/simplevisor-loop"),
	} {
		want := slices.Sorted(slices.Values(slices.Concat(common, more)))
		for _, file := range dist {
			if filepath.Ext(file) != name {
				continue
			}
			all := packageList(t, filepath.Join(dir, file))
			isDirectory := func(path string) bool { return strings.HasSuffix(path, "/") }
			for _, path := range directories {
				if !slices.Contains(all, path) {
					t.Errorf("%s does not have the directory %s", file, path)
				}
			}
			if got := slices.DeleteFunc(all, isDirectory); !slices.Equal(got, want) {
				t.Errorf("%s has\n%s\nwant\n%s", file, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

// packageList returns the paths in a package, sorted, directories with a slash at
// the end.
func packageList(t *testing.T, file string) []string {
	t.Helper()
	var text string
	switch filepath.Ext(file) {
	case ".deb":
		text = output(t, "", nil, "sh", "-c", `dpkg-deb --fsys-tarfile "$0" | tar -t`, file)
	case ".rpm":
		text = output(t, "", nil, "rpm", "-qp", "--qf", `[%{FILENAMES}%{FILEMODES:perms}\n]`, file)
		text = strings.ReplaceAll(text, "drwxr-xr-x", "/")
		text = strings.NewReplacer("-rwxr-xr-x", "", "-rw-r--r--", "").Replace(text)
	case ".apk":
		text = output(t, "", nil, "tar", "-tzf", file)
	}
	var paths []string
	for path := range strings.Lines(text) {
		path = "/" + strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(path), "."), "/")
		if strings.Contains(path[1:], "/") {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// conffiles are the files of which dpkg and rpm keep the changes.
const conffiles = "/etc/init.d/svctl\n/etc/init.d/svctl-supervise\n/etc/logrotate.d/svloop\n/etc/simplevisor/simplevisor.conf\n"

// wantScripts compares the scripts in the packages with those of the source.
func wantScripts(t *testing.T, dir string) {
	if _, err := exec.LookPath("rpm"); err != nil {
		leaveOut(t, "rpm is missing")
	}
	deb, rpm, apk := filepath.Join(dir, dist[3]), filepath.Join(dir, dist[2]), filepath.Join(dir, dist[6])
	read := func(file, kind, name string) string {
		switch kind {
		case "deb":
			return output(t, "", nil, "dpkg-deb", "-I", file, name)
		case "rpm":
			return output(t, "", nil, "rpm", "-qp", "--qf", "%{"+name+"}", file)
		}
		return output(t, "", nil, "tar", "-xzOf", file, "."+name)
	}
	for kind, scripts := range map[string]map[string]string{
		"deb": {"preinst": "preinst", "postinst": "postinst", "prerm": "prerm", "postrm": "postrm"},
		"rpm": {"POSTIN": "post", "PREUN": "preun", "POSTUN": "postun"},
		"apk": {"post-install": "post-install", "post-upgrade": "post-upgrade", "pre-deinstall": "pre-deinstall"},
	} {
		for _, name := range slices.Sorted(maps.Keys(scripts)) {
			want, err := os.ReadFile(filepath.Join("../packaging", kind, scripts[name]))
			check(t, err)
			file := map[string]string{"deb": deb, "rpm": rpm, "apk": apk}[kind]
			if got := read(file, kind, name); strings.TrimSpace(got) != strings.TrimSpace(string(want)) {
				t.Errorf("%s of the %s is\n%s", name, kind, got)
			}
		}
	}
	if got, want := output(t, "", nil, "dpkg-deb", "-I", deb, "conffiles"), conffiles; !sameLines(got, want) {
		t.Errorf("the conffiles are %q, want %q", got, want)
	}
	wantDepends(t, rpm)
	if got, want := output(t, "", nil, "rpm", "-qp", "--configfiles", rpm), conffiles; !sameLines(got, want) {
		t.Errorf("the configuration of the rpm is %q, want %q", got, want)
	}
}

// wantDepends expects rpm's requirements to contain what the scripts use, because rpm has
// no essential packages.
func wantDepends(t *testing.T, rpm string) {
	got := "\n" + output(t, "", nil, "rpm", "-qp", "--requires", rpm)
	for _, name := range []string{"/bin/sh", "coreutils", "grep", "sed"} {
		if !strings.Contains(got, "\n"+name+"\n") {
			t.Errorf("the rpm does not depend on %s, but on %q", name, got)
		}
	}
}

func sameLines(a, b string) bool {
	return slices.Equal(slices.Sorted(strings.FieldsSeq(a)), slices.Sorted(strings.FieldsSeq(b)))
}

// lintian runs Debian's checker, which must find neither an error nor a warning.
func lintian(t *testing.T, deb string) {
	if _, err := exec.LookPath("lintian"); err != nil {
		leaveOut(t, "lintian is missing")
	}
	cmd := exec.Command("lintian", "--allow-root", "--fail-on", "error,warning", deb)
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir()) // lintian leaves directories
	text, err := cmd.CombinedOutput()
	if err != nil || len(text) > 0 {
		t.Errorf("lintian: %v\n%s", err, text)
	}
}

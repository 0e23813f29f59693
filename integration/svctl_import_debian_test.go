package integration

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// debianPackages have units, init scripts, a configuration of supervisord and
// run directories of runit.
var debianPackages = strings.Fields("redis-server nginx-common memcached cron openssh-server rsync apache2 postfix dovecot-core rsyslog " +
	"haproxy squid bind9 chrony snmpd smartmontools lighttpd mosquitto tor supervisor runit getty-run bcron dropbear git-daemon-run")

// unpackDebian downloads the packages and unpacks them to a directory, without installing
// them.
func unpackDebian(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(program); err != nil {
			leaveOut(t, program+" is missing")
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	dir := t.TempDir()
	// apt-get would change to the user _apt, who has no write permission here.
	fetch := exec.CommandContext(ctx, "apt-get", append([]string{"-q", "-o", "APT::Sandbox::User=root", "download"}, debianPackages...)...)
	fetch.Dir = dir
	if text, err := fetch.CombinedOutput(); err != nil {
		leaveOut(t, "the packages cannot be fetched: "+err.Error()+"\n"+string(text))
	}
	packages, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil || len(packages) != len(debianPackages) {
		t.Fatalf("%d packages, want %d: %v", len(packages), len(debianPackages), err)
	}
	root := filepath.Join(dir, "root")
	for _, name := range packages {
		if text, err := exec.CommandContext(ctx, "dpkg-deb", "-x", name, root).CombinedOutput(); err != nil {
			t.Fatalf("cannot unpack %s: %v: %s", name, err, text)
		}
	}
	return root
}

// TestImportOfDebian imports the definitions in Debian's packages: each result is a valid
// configuration, and contains each line of the source, as an option or as a comment.
func TestImportOfDebian(t *testing.T) {
	t.Parallel()
	root := unpackDebian(t)
	s := newScene(t, nil)
	kinds := map[string]int{}
	check(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(path, root)
		verify, kind := debianVerifier(name, entry)
		if verify == nil {
			return nil
		}
		t.Run(strings.TrimPrefix(name, "/"), func(t *testing.T) {
			if verify(t, s, path) {
				kinds[kind]++
			}
		})
		return nil
	}))
	for kind, least := range map[string]int{"unit": 10, "script": 10, "runit": 5, "supervisord": 1} {
		if kinds[kind] < least {
			t.Errorf("%d of kind %s were imported, want %d at least", kinds[kind], kind, least)
		}
	}
}

// debianVerifier returns how a file is verified, by its path.
func debianVerifier(name string, entry fs.DirEntry) (verify func(t *testing.T, s *scene, path string) bool, kind string) {
	switch {
	case entry.IsDir() || entry.Type() != 0:
	case strings.Contains(name, "/systemd/system/") && strings.HasSuffix(name, ".service"):
		return verifyUnit, "unit"
	case strings.HasPrefix(name, "/etc/init.d/"):
		return verifyScript, "script"
	case filepath.Base(name) == "run" && strings.HasPrefix(name, "/etc/") && !strings.Contains(name, "/log/"):
		return verifyRunDirectory, "runit"
	case strings.HasSuffix(name, "/supervisor/skel/sample.conf"):
		return verifySupervisord, "supervisord"
	}
	return nil, ""
}

// imported imports a file, and checks the result with svctl.
func imported(t *testing.T, s *scene, path string) string {
	t.Helper()
	code, text := s.svctl("import", path)
	if code != 0 {
		t.Fatalf("exit status %d: %s", code, text)
	}
	conf := filepath.Join(t.TempDir(), "x.conf")
	check(t, os.WriteFile(conf, []byte(text), 0o644))
	if code, said := s.svctl("--conf", conf, "config", "check"); code != 0 || !strings.Contains(said, ": OK, ") || strings.Contains(said, "warning") {
		t.Errorf("config check: exit status %d: %s\n%s", code, said, text)
	}
	if _, again := s.svctl("import", path); again != text {
		t.Errorf("got\n%s\nand then\n%s", text, again)
	}
	return text
}

// becomes has the expected translation of each directive of a unit that does not become a
// comment.
var becomes = map[string]string{
	"Type": "start = ", "ExecStart": "start = ", "ExecStop": "stop = ", "ExecReload": "reload = ", "Environment": "--env ", "EnvironmentFile": "--env-file ",
	"Restart": "--restart ", "RestartSec": "--backoff ", "User": "--user ", "Group": "--group ", "UMask": "--umask ",
	"WorkingDirectory": "--chdir ", "Nice": "--nice ", "OOMScoreAdjust": "--oom-score-adj ", "LimitNOFILE": "--rlimit nofile=",
	"NoNewPrivileges": "--no-new-privs", "StandardOutput": "output|--stdout ", "StandardError": "output|--stderr ", "KillSignal": "--kill-spec ",
	"TimeoutStartSec": "timeout = ", "TimeoutStopSec": "--kill-spec ", "WatchdogSec": "--watchdog ",
}

var unitContinuation = regexp.MustCompile(`\\\n`)

// verifyUnit expects each directive as a comment, word by word, or as its translation.
func verifyUnit(t *testing.T, s *scene, path string) bool {
	data, err := os.ReadFile(path)
	check(t, err)
	unit := unitContinuation.ReplaceAllString(string(data), " ")
	if strings.Contains(unit, "\nType=oneshot") {
		code, text := s.svctl("import", path)
		if code != 6 || !strings.Contains(text, ": a service of Type=oneshot terminates, but the program of an entry keeps running\n") {
			t.Errorf("exit status %d: %s", code, text)
		}
		return false
	}
	text := imported(t, s, path)
	for line := range strings.Lines(unit) {
		line = strings.TrimSpace(line)
		key, _, found := strings.Cut(line, "=")
		if !found || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue
		}
		option, mapped := becomes[key]
		switch {
		case strings.Contains(text, "# no equivalent: "+line+"\n"), strings.Contains(text, "# not the same: "+line+": "):
		case key == "NoNewPrivileges" && strings.HasSuffix(line, "no"):
		case !mapped || !slices.ContainsFunc(strings.Split(option, "|"), func(part string) bool { return strings.Contains(text, part) }):
			t.Errorf("%q is dropped in silence:\n%s", line, text)
		}
	}
	return true
}

var lsbKeyword = regexp.MustCompile(`(?m)^# ?([A-Z][A-Za-z-]+):[ \t]*(.*)$`)

// verifyScript expects each keyword of the header.
func verifyScript(t *testing.T, s *scene, path string) bool {
	data, err := os.ReadFile(path)
	check(t, err)
	_, rest, found := strings.Cut(string(data), "### BEGIN INIT INFO\n")
	header, _, closed := strings.Cut(rest, "### END INIT INFO\n")
	if !found || !closed {
		t.Fatal("it has no header")
	}
	text := imported(t, s, path)
	if !strings.Contains(text, "    control = "+path+"\n") || strings.Contains(text, "expected = ") {
		t.Errorf("got\n%s", text)
	}
	for _, match := range lsbKeyword.FindAllStringSubmatch(header, -1) {
		want := strings.TrimSpace("# no equivalent: " + match[1] + ": " + strings.TrimSpace(match[2]))
		switch match[1] {
		case "Provides":
			want = "    name = " + strings.Fields(match[2])[0] + "\n"
		case "Default-Start":
			continue // this keyword has no line in the entry: running is the default
		}
		if !strings.Contains(text, want) {
			t.Errorf("%q is dropped in silence:\n%s", match[0], text)
		}
	}
	if strings.Contains(text, "# the script has no status action") || strings.Contains(text, "# the actions of the script are unknown") {
		t.Errorf("Debian's scripts have these actions:\n%s", text)
	}
	return true
}

// verifyRunDirectory expects the program or the script, and a comment for each other
// file.
func verifyRunDirectory(t *testing.T, s *scene, path string) bool {
	dir := filepath.Dir(path)
	text := imported(t, s, dir)
	if !strings.Contains(text, "    start = "+path+"\n") == strings.Contains(text, "# the program is the script run itself: ") {
		t.Errorf("got\n%s", text)
	}
	for _, name := range []string{"finish", "check", "log/run"} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != strings.Contains(text, "# no equivalent: "+name+" (") {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	return true
}

// verifySupervisord imports the sample of all options, whose sections are comments.
func verifySupervisord(t *testing.T, s *scene, path string) bool {
	data, err := os.ReadFile(path)
	check(t, err)
	_, program, found := strings.Cut(string(data), "\n;[program:")
	if !found {
		t.Fatal("there is no section of a program")
	}
	program, _, _ = strings.Cut(";[program:"+program, "\n\n")
	program = strings.ReplaceAll("\n"+program, "\n;", "\n")
	conf := filepath.Join(t.TempDir(), "sample.conf")
	check(t, os.WriteFile(conf, []byte(program), 0o644))
	text := imported(t, s, conf)
	for _, want := range []string{
		"    start = /bin/cat\n", " --kill-spec QUIT/10%20KILL --user chrism --chdir /tmp --umask 022 --env A=1 --env B=2\n    output = /a/path\n    rotate = 1M:10\n",
		"# no equivalent: priority=999\n", "# no equivalent: serverurl=AUTO\n", "# no equivalent: stderr_logfile=/a/path\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	return true
}

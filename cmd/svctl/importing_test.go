package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// definitions writes a definition of each kind into a new directory.
func definitions(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a.service"), "[Unit]\nAfter=b\n[Service]\nExecStart=/bin/a 'b c'\nNice=5\n", 0o644)
	writeFile(t, filepath.Join(dir, "init"), "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: i\n# Default-Start:\n### END INIT INFO\ncase $1 in start) ;; stop) ;; restart) ;; status) ;; esac\n", 0o755)
	writeFile(t, filepath.Join(dir, "s.conf"), "[program:p]\ncommand=/bin/p\nautorestart=false\nstartsecs=0\npriority=1\n[group:g]\nprograms=p\n", 0o644)
	if err := os.Mkdir(filepath.Join(dir, "r"), 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "r", "run"), "#!/bin/sh\nexec r\n", 0o755)
	return dir
}

func TestImport(t *testing.T) {
	t.Parallel()
	dir := definitions(t)
	names := []string{"import"}
	for _, name := range []string{"a.service", "init", "s.conf", "r"} {
		names = append(names, filepath.Join(dir, name))
	}
	wantAnswer(t, dir, answer{stdout: `# from DIR/a.service
# no equivalent: After=b
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = a
    start = /bin/a b%20c
    daemon = /run/svloop-a.pid
    daemon_options = --kill-spec TERM/90%20KILL --nice 5
    timeout = 95
</entry>

# from DIR/init
<entry>
    type = service
    name = i
    control = DIR/init
    expected = stopped
</entry>

# from DIR/s.conf:6
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = supervisor
    name = g
    <children>
        # from DIR/s.conf:1
        # no equivalent: priority=1
        <entry>
            type = service
            name = p
            start = /bin/p
            daemon = /run/svloop-g-p.pid
            daemon_options = --kill-spec TERM/10%20KILL
        </entry>
    </children>
</entry>

# from DIR/r
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = r
    start = r
    daemon = /run/svloop-r.pid
    daemon_options = --restart always --backoff 1:1 --kill-spec TERM/7%20KILL --chdir DIR/r
</entry>
`}, names...)
	wantAnswer(t, dir, answer{stdout: `{
  "entry": [
    {
      "type": "service",
      "name": "a",
      "start": "/bin/a b%20c",
      "daemon": "/run/svloop-a.pid",
      "daemon_options": "--kill-spec TERM/90%20KILL --nice 5",
      "timeout": "95"
    },
    {
      "type": "service",
      "name": "i",
      "control": "DIR/init",
      "expected": "stopped"
    },
    {
      "type": "supervisor",
      "name": "g",
      "children": {
        "entry": [
          {
            "type": "service",
            "name": "p",
            "start": "/bin/p",
            "daemon": "/run/svloop-g-p.pid",
            "daemon_options": "--kill-spec TERM/10%20KILL"
          }
        ]
      }
    },
    {
      "type": "service",
      "name": "r",
      "start": "r",
      "daemon": "/run/svloop-r.pid",
      "daemon_options": "--restart always --backoff 1:1 --kill-spec TERM/7%20KILL --chdir DIR/r"
    }
  ]
}
`, stderr: `svctl: warning: DIR/a.service:2: a: no equivalent: After=b
svctl: warning: DIR/s.conf:5: g/p: no equivalent: priority=1
`}, append(names, "--json")...)

	// The output is a valid configuration.
	for _, kind := range []string{"apache", "json"} {
		args := names
		if kind == "json" {
			args = append(names, "--json")
		}
		printed, _, _ := svctl(args...)
		conf := writeFile(t, filepath.Join(dir, kind), printed, 0o644)
		wantAnswer(t, dir, answer{stdout: "DIR/" + kind + ": OK, 4 services\n"}, "--conf", conf, "--conftype", kind, "config", "check")
	}
}

// The environment and the host of supervisord are not known, but those of svctl are.
func TestImportEnvironment(t *testing.T) {
	t.Parallel()
	conf := writeFile(t, filepath.Join(t.TempDir(), "s.conf"), "[program:p]\ncommand=p %(ENV_HERE)s %(host_node_name)s\nautorestart=false\nstartsecs=0\n", 0o644)
	var stdout, stderr output
	code := run([]string{"svctl", "import", conf}, []string{"A=1", "HERE=x y"}, &stdout, &stderr)
	hostname, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	want := "# " + conf + ":2: %(ENV_HERE)s has the value from the environment of svctl: x y\n# " + conf + ":2: %(host_node_name)s has the value from this machine: " + hostname + "\n\n# from " + conf + ":1\n" + `# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = p
    start = p x y ` + hostname + `
    daemon = /run/svloop-p.pid
    daemon_options = --kill-spec TERM/10%20KILL
</entry>
`
	if code != 0 || stdout.String() != want || stderr.String() != "" {
		t.Errorf("exit status %d\n%s%s\nwant\n%s", code, stdout.String(), stderr.String(), want)
	}
	wantAnswer(t, conf, answer{code: 6, stderr: "svctl: DIR:2: cannot import \"p\": command: %(ENV_HERE)s is unknown\n"}, "import", conf)
}

// The example in svctl-import(1) is the real output.
func TestImportManual(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("svctl-import.1")
	if err != nil {
		t.Fatal(err)
	}
	examples := strings.Split(section(t, string(page), "EXAMPLES"), "\n.EX\n")
	if len(examples) < 3 {
		t.Fatalf("svctl-import(1) has %d examples", len(examples)-1)
	}
	for i := range examples {
		examples[i], _, _ = strings.Cut(examples[i], ".EE\n")
		examples[i] = plainText(examples[i])
	}
	// plainText mistakes quotation marks for those of macros.
	dir := t.TempDir()
	unit := writeFile(t, filepath.Join(dir, "web.service"), strings.Replace(examples[1], "my web", `"my web"`, 1), 0o644)
	wantAnswer(t, dir+"/", answer{stdout: strings.Replace(examples[2], "# from ", "# from DIR", 1)}, "import", unit)
}

// The table for users of supervisord has the options that the import prints.
func TestImportTable(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/from-supervisord.md")
	if err != nil {
		t.Fatal(err)
	}
	table := string(page)
	for _, test := range []struct {
		row, lines string
		becomes    []string // both in the row and in the output
	}{
		{"`autostart=false`", "autostart=false", []string{"expected = stopped"}},
		{"`autorestart=true` or `unexpected`", "autorestart=true", []string{"--restart always", "--backoff 1:1"}},
		{"`autorestart=true` or `unexpected`", "autorestart=unexpected", []string{"--restart on-failure", "--backoff 1:1"}},
		{"`startretries=3`", "startretries=3", []string{"--max-failures 5/5"}},
		{"`startsecs=5`", "startsecs=5", []string{"--ready alive:5"}},
		{"`stopsignal`, `stopwaitsecs`", "stopsignal=TERM\nstopwaitsecs=10", []string{"--kill-spec TERM/10%20KILL"}},
		{"`user`, `umask`, `directory`, `environment`, also of `[supervisord]`", "[supervisord]\nuser=u\numask=022\ndirectory=/d\nenvironment=A=1",
			[]string{"--user", "--umask", "--chdir", "--env"}},
		{"`stdout_logfile`, `stdout_logfile_maxbytes` and `stdout_logfile_backups`", "stdout_logfile=FILE\nredirect_stderr=true", []string{"output", "rotate"}},
	} {
		_, row, found := strings.Cut(table, "\n| "+test.row+" | ")
		if !found {
			t.Errorf("there is no row %s", test.row)
		}
		row, _, _ = strings.Cut(row, "\n")
		dir := t.TempDir()
		lines := strings.ReplaceAll(test.lines, "FILE", dir+"/log")
		conf := writeFile(t, filepath.Join(dir, "s.conf"), "[program:p]\ncommand=/bin/p\n"+lines+"\n", 0o644)
		printed, stderr, code := svctl("import", conf)
		if code != 0 {
			t.Errorf("%s: exit status %d: %s", test.lines, code, stderr)
		}
		for _, part := range test.becomes {
			written := strings.ReplaceAll(part, "FILE", dir+"/log")
			if !strings.Contains(row, part) || !strings.Contains(printed, written) {
				t.Errorf("%q is missing in the row %q or in\n%s", part, row, printed)
			}
		}
	}
}

// Definitions that cannot be imported are reported, and the others are printed.
func TestImportRefuses(t *testing.T) {
	t.Parallel()
	dir := definitions(t)
	good := filepath.Join(dir, "a.service")
	const printed, hint = `# from DIR/a.service
# no equivalent: After=b
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = a
    start = /bin/a b%20c
    daemon = /run/svloop-a.pid
    daemon_options = --kill-spec TERM/90%20KILL --nice 5
    timeout = 95
</entry>
`, "svctl: hint: the entries of all other files were printed\n"
	wantAnswer(t, dir, answer{code: 2, stderr: `svctl: action import needs files: init scripts, systemd units, supervisord configurations or runit directories
svctl: hint: try svctl --help
`}, "import")
	wantAnswer(t, dir, answer{code: 2, stderr: "svctl: option --dry-run has no meaning with import\nsvctl: hint: try svctl --help\n"}, "import", "-n", good)
	writeFile(t, filepath.Join(dir, "once.service"), "[Service]\nType=oneshot\nExecStart=/bin/a\n", 0o644)
	writeFile(t, filepath.Join(dir, "binary"), "\x7fELF\x00", 0o755)
	writeFile(t, filepath.Join(dir, "empty"), "", 0o644)
	wantAnswer(t, dir, answer{code: 6, stdout: printed, stderr: `svctl: cannot import "DIR/missing": no such file or directory
svctl: DIR/once.service:2: cannot import "once": a service of Type=oneshot terminates, but the program of an entry keeps running
svctl: cannot import "DIR/binary": not a text file: it contains a NUL byte
svctl: cannot import "DIR/empty": it is neither an init script, a systemd unit, a supervisord configuration nor a runit directory
svctl: cannot import "DIR": a directory without the script run, so it is not a runit service directory
svctl: cannot import "/dev/null": not a regular file
` + hint}, "import", good, filepath.Join(dir, "missing"), filepath.Join(dir, "once.service"), filepath.Join(dir, "binary"), filepath.Join(dir, "empty"), dir, "/dev/null")
	wantAnswer(t, dir, answer{code: 6, stdout: printed, stderr: "svctl: DIR/a.service: cannot import \"a\": its name is already used by DIR/a.service\n" + hint}, "import", good, good)
	wantAnswer(t, dir, answer{code: 6, stderr: "svctl: cannot import \"DIR/missing\": no such file or directory\n"}, "import", "--json", filepath.Join(dir, "missing"))
	if os.Geteuid() == 0 {
		return // root may read everything
	}
	secret := writeFile(t, filepath.Join(dir, "secret"), "", 0)
	wantAnswer(t, dir, answer{code: 4, stdout: printed, stderr: "svctl: cannot import \"DIR/secret\": permission denied\n" + hint}, "import", good, secret)
}

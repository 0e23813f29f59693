package runit

import (
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/internal/importing/importtest"
)

// runKeys returns the printed lines for a script, without those that are the
// same for all directories.
func runKeys(t *testing.T, h importtest.Host, script string) string {
	t.Helper()
	files := importtest.Host{"/sv/x/run": script}
	for name, text := range h {
		files[name] = text
	}
	d, err := Import(files, "/sv/x", "/sv/x")
	if err != nil {
		t.Fatal(err)
	}
	text := importtest.Lines(t, d)
	var kept []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "start = ") || strings.HasPrefix(line, "expected") {
			kept = append(kept, line)
		}
		if options, ok := strings.CutPrefix(line, "daemon_options = --restart always --backoff 1:1 --kill-spec TERM/7%20KILL "); ok {
			kept = append(kept, options)
		}
	}
	return strings.Join(kept, "\n")
}

func TestRunDirectory(t *testing.T) {
	t.Parallel()
	h := importtest.Host{
		"/sv/x/run":       "#!/bin/sh\nexec /bin/x -f\n",
		"/sv/x/finish":    "",
		"/sv/x/check":     "",
		"/sv/x/control/t": "",
		"/sv/x/log/run":   "",
		"/sv/x/down":      "",
	}
	d, err := Import(h, "/sv/x", "/sv/x")
	if err != nil {
		t.Fatal(err)
	}
	importtest.Printed(t, entry.Definitions{d}, `
# from /sv/x
# no equivalent: finish (runs after each exit)
# no equivalent: check (run by sv check)
# no equivalent: control (runs instead of signals)
# no equivalent: log/run (reads the output, which svloop discards without --stdout)
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = x
    start = /bin/x -f
    daemon = /run/svloop-x.pid
    daemon_options = --restart always --backoff 1:1 --kill-spec TERM/7%20KILL --chdir /sv/x
    expected = stopped
</entry>
`)
	for name, want := range map[string]string{
		"/sv":   `cannot import "/sv": a directory without the script run, so it is not a runit service directory`,
		"/sv/%": `cannot import "/sv/%": its name "%" may contain only letters, digits and _ . : @ + -`,
	} {
		h := importtest.Host{"/sv/%/run": "", "/sv/y/z": ""}
		if _, err := Import(h, name, name); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

const merged = "# no equivalent: 2>&1 (--stdout and --stderr set where the output goes)\n"

// Scripts that only execute one program.
func TestExecLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ script, want string }{
		{"#!/bin/sh\nexec x a --b=c\n", "start = x a --b=c\n--chdir /sv/x"},
		{"#!/bin/sh -eu\n# comment\n\n\texec /bin/x", "start = /bin/x\n--chdir /sv/x"},
		{"#! /usr/bin/env bash\nexec ./x ./y\n", "start = /sv/x/x ./y\n--chdir /sv/x"},
		{"#!/bin/dash\nexec ../x\n", "start = /sv/x\n--chdir /sv/x"},
		{"#!/bin/sh\nexec 2>&1\nexec x\n", merged + "start = x\n--chdir /sv/x"},
		{"#!/bin/sh\nexec x 2>&1\n", merged + "start = x\n--chdir /sv/x"},
		{"#!/bin/sh\nexec chpst -u u 2>&1 x\n", merged + "start = x\n--user u --chdir /sv/x"},
		{"#!/bin/sh\nexec chpst -u u:g -n 5 x -u\n", "start = x -u\n--user u --group g --nice 5 --chdir /sv/x"},
		{"#!/bin/sh\nexec chpst -uu -n-5 x\n", "start = x\n--user u --nice -5 --chdir /sv/x"},
		{"#!/bin/sh\nexec chpst -u :33:44 ./x\n", "start = /sv/x/x\n--user 33 --group 44 --chdir /sv/x"},
		{"#!/bin/sh\nexec chpst x\n", "start = x\n--chdir /sv/x"},
	} {
		if got := runKeys(t, nil, test.script); got != test.want {
			t.Errorf("got\n%s\nwant\n%s\nfrom\n%s", got, test.want, test.script)
		}
	}
}

// Any other script is the program itself.
func TestRunItself(t *testing.T) {
	t.Parallel()
	const itself = "# the program is the script run itself: do not remove the directory\n"
	for _, script := range []string{
		"#!/usr/bin/env /lib/runit/invoke-run\nexec x\n",
		"#!/bin/execlineb -P\nexec x\n",
		"#!/bin/sh -x\nexec x\n",
		"#!/bin/sh\n",
		"#!/bin/sh\nx\n",
		"#!/bin/sh\nexec\n",
		"#!/bin/sh\nexec 2>&1\n",
		"#!/bin/sh\nexec x\necho\n",
		"#!/bin/sh\nexec x\nexec y\n",
		"#!/bin/sh\nexec -a y x\n",
		"#!/bin/sh\nexec A=1 x\n",
		"#!/bin/sh\nA=1\nexec x\n",
		"#!/bin/sh\ncd /\nexec x\n",
		"#!/bin/sh\nexec x 'a b'\n",
		"#!/bin/sh\nexec x a\\ b\n",
		"#!/bin/sh\nexec x a\u00a0b\n",
		"#!/bin/sh\r\nexec x\r\n",
		"#!/bin/sh\nexec x\r\n",
		"#!/bin/sh\nexec x $HOME\n",
		"#!/bin/sh\nexec x ~/a\n",
		"#!/bin/sh\nexec x *\n",
		"#!/bin/sh\nexec x \\\n y\n",
		"#!/bin/sh\nexec x | y\n",
		"#!/bin/sh\nexec x &\n",
		"#!/bin/sh\nexec x >log\n",
		"#!/bin/sh\nexec x 2>&1 2>&1\n",
		"#!/bin/sh\nexec x2>&1\n",
		"#!/bin/sh\n2>&1 exec x\n",
		"#!/bin/sh\nexec chpst\n",
		"#!/bin/sh\nexec chpst -u u\n",
		"#!/bin/sh\nexec chpst -u\n",
		"#!/bin/sh\nexec chpst - x\n",
		"#!/bin/sh\nexec chpst -P -u u x\n",
		"#!/bin/sh\nexec chpst -u u -e env x\n",
		"#!/bin/sh\nexec chpst -u u:g:h x\n",
		"#!/bin/sh\nexec chpst -u : x\n",
		"#!/bin/sh\nexec chpst -n fast x\n",
	} {
		if got, want := runKeys(t, nil, script), itself+"start = /sv/x/run\n--chdir /sv/x"; got != want {
			t.Errorf("got\n%s\nwant\n%s\nfrom\n%s", got, want, script)
		}
	}
	if got, want := runKeys(t, nil, "x\n"), itself+"# run is not executable\nstart = /sv/x/run\n--chdir /sv/x"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

package runit

import (
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/internal/importing/importtest"
)

// runKeys returns what the script run becomes, without what each directory has.
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
# no equivalent: finish (run after each end)
# no equivalent: check (asked by sv check)
# no equivalent: control (run in place of signals)
# no equivalent: log/run (reads the output, which goes nowhere here without --stdout)
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
		"/sv":   `cannot import "/sv": a directory without run, so it is none of runit`,
		"/sv/%": `cannot import "/sv/%": its name "%" is not made of letters, digits and the characters _ . : @ + - only`,
	} {
		h := importtest.Host{"/sv/%/run": "", "/sv/y/z": ""}
		if _, err := Import(h, name, name); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Scripts whose last line is all there is to do, apart from what svloop does.
func TestRunScripts(t *testing.T) {
	t.Parallel()
	env := importtest.Host{"/sv/x/env/A": "1 \nmore", "/sv/x/env/B": "x\x00y", "/sv/x/env/.c": "", "/sv/x/env/d/e": "", "/etc/e/Z": "z"}
	for _, test := range []struct{ script, want string }{
		{"#!/bin/sh\nexec x 'a b' \"c'd\" e\\ f --g=h #comment\n", "start = x a%20b c%27d e%20f --g=h\n--chdir /sv/x"},
		{"#!/bin/sh -e\n# comment\n\nset -eu\nexec \\\n  x \\\n  y\n\n", "start = x y\n--chdir /sv/x"},
		{"#!/usr/bin/env bash\ncd sub\ncd ../other\nexec ./x ./y\n", "start = /sv/x/other/x ./y\n--chdir /sv/x/other"},
		{"#!/bin/sh\ncd /\nexec x\n", "start = x\n--chdir /"},
		{"#!/bin/sh\nexec 2>&1\nexec x\n", "# no equivalent: 2>&1 (--stdout and --stderr say where the output goes)\nstart = x\n--chdir /sv/x"},
		{"#!/bin/sh\nexec x 2>&1\n", "# no equivalent: 2>&1 (--stdout and --stderr say where the output goes)\nstart = x\n--chdir /sv/x"},
		{"#!/bin/sh\nexec 2>&1 x 'a b'\n", "# no equivalent: 2>&1 (--stdout and --stderr say where the output goes)\nstart = x a%20b\n--chdir /sv/x"},
		{"#!/bin/sh\n2>&1 exec chpst -u u 2>&1 x\n", "# no equivalent: 2>&1 (--stdout and --stderr say where the output goes)\nstart = x\n--user u --chdir /sv/x"},
		{"#!/bin/sh\nexec x '2>&1' \"2>&1\" 2\\>\\&1\n", "start = x 2%3E&1 2%3E&1 2%3E&1\n--chdir /sv/x"},
		{"#!/bin/sh\nA=1\nB='x y' \nC=3\nexport B D=4 C\nexec x\n", "# no equivalent: A=1 (not exported)\nstart = x\n--env B=x%20y --env D=4 --env C=3 --chdir /sv/x"},
		{"#!/bin/sh\numask 027\nulimit -n 1024\nulimit -c 0\nulimit -v 2048\nulimit -t unlimited\nexec x\n", "start = x\n--umask 027 --rlimit nofile=1024 --rlimit core=0 --rlimit as=2097152 --rlimit cpu=unlimited --chdir /sv/x"},
		{"#!/bin/sh\nexec chpst -u u:g -n 5 -v x -u\n", "start = x -u\n--user u --group g --nice 5 --chdir /sv/x"},
		{"#!/bin/sh\nexec chpst -vuu -e ./env x\n", "start = x\n--user u --env A=1 --env B=x%0Ay --chdir /sv/x"},
		{"#!/bin/sh\nexec chpst -u:33:44 -- x\n", "start = x\n--user 33 --group 44 --chdir /sv/x"},
		{"#!/bin/sh\nexec chpst -/ /jail /bin/x\n", "start = /bin/x\n--chroot /jail --chdir /"},
		{"#!/bin/sh\nexec envdir /etc/e setuidgid u x y\n", "start = x y\n--env Z=z --user u --chdir /sv/x"},

		// What svloop does not do stays a part of the command.
		{"#!/bin/sh\nexec chpst -P -u u x\n", "start = chpst -P -u u x\n--chdir /sv/x"},
		{"#!/bin/sh\nexec chpst -uu:g:h x\n", "start = chpst -uu:g:h x\n--chdir /sv/x"},
		{"#!/bin/sh\nexec chpst -/ /jail -e env x\n", "start = chpst -/ /jail -e env x\n--chdir /sv/x"},
		{"#!/bin/sh\nexec chpst -u\n", "start = chpst -u\n--chdir /sv/x"},
		{"#!/bin/sh\nexec setuidgid u nice -n 5 x\n", "start = nice -n 5 x\n--user u --chdir /sv/x"},
		{"#!/bin/sh\nexec x ''\n", "start = /bin/sh -fc exec%20x%20%27%27\n--chdir /sv/x"},
	} {
		if got := runKeys(t, env, test.script); got != test.want {
			t.Errorf("got\n%s\nwant\n%s\nfrom\n%s", got, test.want, test.script)
		}
	}
}

// Scripts that do more are the program themselves.
func TestRunScriptItself(t *testing.T) {
	t.Parallel()
	env := importtest.Host{"/sv/x/env/A": "", "/sv/x/bad/B=": "b"}
	for _, test := range []struct{ script, why string }{
		{"#!/usr/bin/env /lib/runit/invoke-run\nexec x\n", "it is none of a shell"},
		{"#!/bin/execlineb -P\nexec x\n", "it is none of a shell"},
		{"#!/bin/sh -x\nexec x\n", "it is none of a shell"},
		{"#!/bin/sh\nx\n", "line 2: x is no setting of svloop"},
		{"#!/bin/sh\n", "it does not end with exec of a program"},
		{"#!/bin/sh\nexec\n", "line 2: exec is no setting of svloop"},
		{"#!/bin/sh\nexec x\necho\n", "line 3: it does not end with exec of a program"},
		{"#!/bin/sh\nexec -a y x\n", "line 2: it does not end with exec of a program"},
		{"#!/bin/sh\nexec A=1 x\n", "line 2: it does not end with exec of a program"},
		{"#!/bin/sh\nexec chpst -u u\n", "line 2: it does not end with exec of a program"},
		{"#!/bin/sh\nexec \\\nx $HOME\n", "line 2: it has more than plain words"},
		{"#!/bin/sh\nexec x | y\n", "line 2: it has more than plain words"},
		{"#!/bin/sh\ncd / 2>&1\nexec x\n", "line 2: it has more than plain words"},
		{"#!/bin/sh\n2>&1\nexec x\n", "line 2: it has more than plain words"},
		{"#!/bin/sh\nexec x2>&1\n", "line 2: it has more than plain words"},
		{"#!/bin/sh\nexec x 2>&1y\n", "line 2: it has more than plain words"},
		{"#!/bin/sh\nexec x >log\n", "line 2: it has more than plain words"},
		{"#!/bin/sh\nexec x \"`a`\"\n", "line 2: it has more than plain words"},
		{"#!/bin/sh\nexec x 'a\n", "line 2: it has more than plain words"},
		{"#!/bin/sh\nexec x ~/a A=~\n", "line 2: it has more than plain words"},
		{"#!/bin/sh\nexec x &\n", "line 2: it has more than plain words"},
		{"#!/bin/sh\nexport A\nexec x\n", "line 2: the value of A is not known"},
		{"#!/bin/sh\nexport =b\nexec x\n", "line 2: svloop does not take --env \"=b\""},
		{"#!/bin/sh\numask u=rwx\nexec x\n", "line 2: svloop does not take --umask \"u=rwx\""},
		{"#!/bin/sh\nulimit -c 5\nexec x\n", "line 2: ulimit -c 5 is not the same in all shells"},
		{"#!/bin/sh\nulimit -v many\nexec x\n", "line 2: ulimit -v many is no number"},
		{"#!/bin/sh\nulimit -n many\nexec x\n", "line 2: svloop does not take --rlimit \"nofile=many\""},
		{"#!/bin/sh\nexec chpst -n fast x\n", "line 2: svloop does not take --nice \"fast\""},
		{"#!/bin/sh\nexec chpst -e env x\n", "line 2: /sv/x/env/A is empty, which removes the variable"},
		{"#!/bin/sh\nexec chpst -e nowhere x\n", "line 2: open sv/x/nowhere: file does not exist"},
		{"#!/bin/sh\nexec setuidgid '' x\n", `line 2: svloop does not take --user ""`},
	} {
		want := "# the script run itself is the program: " + test.why + "\nstart = /sv/x/run\n--chdir /sv/x"
		if got := runKeys(t, env, test.script); got != want {
			t.Errorf("got\n%s\nwant\n%s\nfrom\n%s", got, want, test.script)
		}
	}
	if got, want := runKeys(t, nil, "x\n"), "# the script run itself is the program: it is none of a shell\n# run is not executable\nstart = /sv/x/run\n--chdir /sv/x"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

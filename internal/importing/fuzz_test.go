package importing

import (
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/importing/importtest"
)

func service(lines string) string { return "[Service]\n" + lines + "\n" }

// FuzzImport checks that no file makes the importer panic, that the printed
// configuration means the same as the entries, that svloop accepts its options,
// that the same file yields the same bytes, and that there is at most one line
// of errors for each section.
func FuzzImport(f *testing.F) {
	for _, text := range []string{
		service("ExecStart=/bin/x -a \"b c\" $D ${E} %n \\x41\nEnvironment=E=1 'F=g h'\nUser=u\nLimitNOFILE=1K:2K\nRestart=always\nRestartSec=1min 5s"),
		service("ExecStart=/bin/x %H ;\nPIDFile=/run/x.pid\nGroup=g\nSupplementaryGroups=a b\nDynamicUser=yes\nEnvironmentFile=-/e\nLimitNOFILE=infinity\nKillSignal=SIGRTMIN+3"),
		service("Type=forking\nExecStart=-@/bin/x y z\nExecStop=/bin/x stop"),
		service("ExecStart=:!!/a */ b\nAfter=/* */\nStandardOutput=append:/*/x\nTimeoutStopSec=0"),
		"[Unit]\nAfter=a \\\n# b\n c\n[Service]\nType=notify\nExecStart=/a ''\n[Install]\nWantedBy=",
	} {
		f.Add("x.service", text)
		f.Add("x@y.service", text)
	}
	f.Add("x", "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: x y\n# Default-Start:\n### END INIT INFO\ncase $1 in\nstart) ;;\nstop) ;;\nrestart) ;;\nstatus) ;;\nesac\n")
	f.Add("s.conf", "[program:x]\ncommand=a %(process_num)02d \"b\\\"c\" 'd'\nprocess_name=p%(process_num)s\nnumprocs=3\nenvironment=A=\"1,2\",B=%(ENV_PLACE)s\n[group:g]\nprograms=x\n")
	f.Add("s.conf", "[supervisord]\nenvironment=A=%(ENV_PLACE)s\nuser=u\numask=7\n[program:x]\ncommand=a %(ENV_A)s %(host_node_name)s\nstartretries=2\nstartsecs=9999999\nstopasgroup=false\n[include]\nfiles=b\n")
	f.Add("sv/x/run", "#!/bin/sh\n# comment\nexec 2>&1\nexec chpst -uu:g -n 5 ./x a=b\n")
	f.Add("sv/x/run", "#!/bin/sh\ncd /x\nexec ./x 'a b'\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		if name = strings.Trim(name, "/"); name == "" || strings.Contains(name, "//") || strings.Contains(name, "..") || strings.Contains(name, "./") || strings.Contains(name, "\x00") {
			return
		}
		name = "/" + name
		definitions, err := one(name, text)
		if err != nil {
			if len(definitions) > 0 {
				importtest.Loaded(t, definitions)
			}
			if strings.Count(err.Error(), "\n") > strings.Count(text, "[") || !strings.Contains(err.Error(), "cannot import ") {
				t.Fatalf("got %v and the error %v", definitions, err)
			}
			return
		}
		importtest.Loaded(t, definitions)
		again, err := one(name, text)
		if err != nil {
			t.Fatal(err)
		}
		first, _ := definitions.Text()
		if second, _ := again.Text(); first != second {
			t.Errorf("got\n%s\nand then\n%s", first, second)
		}
		for line := range strings.Lines(first) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' && line[0] != '<' && !strings.Contains(line, " = ") {
				t.Errorf("a line of it is %q", line)
			}
		}
	})
}

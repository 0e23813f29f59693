package importing

import (
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/importing/importtest"
)

// TestOrder imports definitions that name each other. The names of other services
// remain in the notes.
func TestOrder(t *testing.T) {
	t.Parallel()
	unit := func(lines string) string { return "[Unit]\n" + lines + "\n[Service]\nExecStart=/bin/x\n" }
	script := func(header string) string {
		return "#!/bin/sh\n### BEGIN INIT INFO\n" + header + "\n### END INIT INFO\ncase $1 in\nstart) ;;\nstop) ;;\nrestart) ;;\nstatus) ;;\nesac\n"
	}
	h := importtest.Host{
		"/app.service":  unit("After=network.target db.service app.service cache.socket\nBefore=late.service"),
		"/db.service":   unit("Before=app.service\nAfter="),
		"/late.service": unit("After=nothing.service"),
		"/loop.service": unit("After=late.service\nBefore=db.service"),
		"/init.d/web":   script("# Provides: web httpd\n# Required-Start: $network db\n# Should-Start: mail\n# Required-Stop: db\n# X-Start-Before: late"),
		"/init.d/proxy": script("# Provides: proxy\n# Should-Start: httpd $time\n# Should-Stop:"),
		"/rc/ftp":       "#!/sbin/openrc-run\ndepend() {\n\tneed net db # and more\n\tprovide files\n\tbefore web; keyword -stop\n}\nstart() {\n\tneed nothing\n}\n",
		"/rc/one":       "#!/sbin/openrc-run\ndepend() { use ftp; after files other; }\n",
		"/s.conf":       "[program:p]\ncommand=p\npriority=1\n[program:q]\ncommand=q\n[program:r]\ncommand=r\n[program:s]\ncommand=s\npriority=2000\n",
		"/same.conf":    "[program:p]\ncommand=p\npriority=5\n[program:q]\ncommand=q\npriority=5\n",
		"/odd.conf":     "[program:p]\ncommand=p\npriority=high\n[program:q]\ncommand=q\n",
		"/db/run":       "#!/bin/sh\nexec db\n",
	}
	for _, test := range []struct{ names, want string }{
		{"/app.service", "app: no equivalent: After=network.target db.service app.service cache.socket; no equivalent: Before=late.service"},
		{"/app.service /db.service", "app after db: no equivalent: After=network.target app.service cache.socket; no equivalent: Before=late.service\n" +
			"db: no equivalent: After="},
		{"/app.service /late.service", "app: no equivalent: After=network.target db.service app.service cache.socket\nlate after app: no equivalent: After=nothing.service"},
		{"/app.service /db", "app after db: no equivalent: After=network.target app.service cache.socket; no equivalent: Before=late.service\ndb"},
		{"/app.service /db.service /late.service /loop.service", "app after db: no equivalent: After=network.target app.service cache.socket\n" +
			"db: no equivalent: After=\nlate after app: no equivalent: After=nothing.service\nloop after late: no equivalent: Before=db.service"}, // a cycle
		{"/init.d/web /db.service /late.service", "web after db: no equivalent: Provides: httpd; no equivalent: Required-Start: $network; no equivalent: Should-Start: mail\n" +
			"db: no equivalent: Before=app.service; no equivalent: After=\nlate after web: no equivalent: After=nothing.service"},
		{"/init.d/proxy /init.d/web", "proxy after web: no equivalent: Should-Start: $time; no equivalent: Should-Stop:\n" +
			"web: no equivalent: Provides: httpd; no equivalent: Required-Start: $network db; no equivalent: Should-Start: mail; no equivalent: Required-Stop: db; no equivalent: X-Start-Before: late"},
		{"/rc/ftp /db /init.d/web", "ftp after db: no equivalent: need net; no equivalent: provide files; no equivalent: keyword -stop\ndb\n" +
			"web after ftp db: no equivalent: Provides: httpd; no equivalent: Required-Start: $network; no equivalent: Should-Start: mail; no equivalent: X-Start-Before: late"},
		{"/rc/one /rc/ftp", "one after ftp: no equivalent: after other\nftp: no equivalent: need net db; no equivalent: provide files; no equivalent: before web; no equivalent: keyword -stop"},
		{"/s.conf", "p\nq after p\nr after p\ns after q r"},
		{"/same.conf", "p: no equivalent: priority=5\nq: no equivalent: priority=5"},
		{"/odd.conf", "p: no equivalent: priority=high\nq"},
	} {
		definitions, err := all(h, strings.Fields(test.names)...)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range definitions {
			for _, e := range d.Entries {
				text := e.Name
				if len(e.After) > 0 {
					text += " after " + strings.Join(e.After, " ")
				}
				separator := ": "
				for _, note := range e.Notes {
					if strings.HasPrefix(note.Text, "no equivalent") {
						text, separator = text+separator+note.Text, "; "
					}
				}
				got = append(got, text)
			}
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.names, strings.Join(got, "\n"), test.want)
		}
		importtest.Loaded(t, definitions)
	}
}

// TestOrderOfRefused drops the order after an entry that is not imported.
func TestOrderOfRefused(t *testing.T) {
	t.Parallel()
	h := importtest.Host{
		"/p.service": "[Service]\nExecStart=/bin/p\n",
		"/s.conf":    "[program:p]\ncommand=p\npriority=1\n[program:q]\ncommand=q\n",
	}
	definitions, err := all(h, "/p.service", "/s.conf")
	if err == nil || len(definitions) != 2 {
		t.Fatalf("got %v, %v", definitions, err)
	}
	importtest.Loaded(t, definitions)
}

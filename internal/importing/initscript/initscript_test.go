package initscript

import (
	"testing"

	"github.com/svloop/svloop/internal/importing/importtest"
)

var scripts = importtest.Import(Import)

// script returns an init script with a header and case patterns.
func script(header, cases string) string {
	return "#!/bin/sh\n### BEGIN INIT INFO\n" + header + "### END INIT INFO\ncase $1 in\n" + cases + "esac\n"
}

const allCases = "start) ;;\nstop) ;;\nrestart) ;;\nstatus) ;;\n"

func TestInitScript(t *testing.T) {
	t.Parallel()
	scripts.Text(t, "/etc/init.d/x", script(`# Provides:          web  httpd www
# Required-Start:    $network $syslog
# Should-Stop:
# Default-Start:     2 3 4 5
# X-Interactive:     true
# Short-Description: serves
# Description:       The first line,
#                    the second: with a colon,
#	the third.
`, allCases), `
# from /etc/init.d/x
# no equivalent: Provides: httpd www
# no equivalent: Required-Start: $network $syslog
# no equivalent: Should-Stop:
# no equivalent: X-Interactive: true
# no equivalent: Short-Description: serves
# no equivalent: Description: The first line, the second: with a colon, the third.
<entry>
    type = service
    name = web
    control = /etc/init.d/x
</entry>
`)
	scripts.Text(t, "/opt/a b/x", script("#  Provides: x\n# Default-Start:\n", "'start'|restart)\n  \"stop\" | halt) ;; (status) ;;\n"), `
# from /opt/a b/x
<entry>
    type = service
    name = x
    control = /opt/a%20b/x
    expected = stopped
</entry>
`)
}

func TestInitScriptLacks(t *testing.T) {
	t.Parallel()
	scripts.Text(t, "/x", script("# Provides: $x\n", "start) ;;\nstop) ;;\n# status) ;;\n"), `
# from /x
# the script has no status action, which svctl needs to find out whether the service runs
# no equivalent: Provides: $x
<entry>
    type = service
    name = x
    control = /x
    restart = stop+start
</entry>
`)
	scripts.Text(t, "/x", "### BEGIN INIT INFO\n# Provides: y\n### END INIT INFO\nexec /bin/y-ctl \"$1\"\n", `
# from /x
# the script is not executable: svctl cannot run it
# the actions of the script are unknown: svctl needs start, stop, status and restart
<entry>
    type = service
    name = y
    control = /x
</entry>
`)
	scripts.Text(t, "/x", "#!/bin/sh\ncase \"$1\" in start) ;; stop) ;; status) ;; *) ;; esac\n", `
# from /x
# it has no LSB header, so the entry has the name of the file
<entry>
    type = service
    name = x
    control = /x
    restart = stop+start
</entry>
`)
}

// Scripts of Debian's interpreter init-d-script accept all actions.
func TestInitDScript(t *testing.T) {
	t.Parallel()
	const want = `
# from /x
<entry>
    type = service
    name = y
    control = /x
</entry>
`
	const header = "### BEGIN INIT INFO\n# Provides: y\n### END INIT INFO\n"
	scripts.Text(t, "/x", "#!/usr/bin/env /lib/init/init-d-script\n"+header, want)
	scripts.Text(t, "/x", "#!/bin/sh\n. /lib/init/init-d-script\n"+header, want)
}

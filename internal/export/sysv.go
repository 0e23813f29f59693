package export

import (
	"path/filepath"
	"text/template"

	"github.com/svloop/svloop/pkg/servicedef"
)

// sysv is a script for /etc/init.d as the Linux Standard Base has them: run by
// any POSIX shell, with a header from which the links for the runlevels are
// made, and with LSB's actions and exit statuses.
var sysv = Format{
	Name:   "sysv",
	render: renderSysv,
	host: hostFormat{
		first:     func(name string) string { return name },
		directory: initDirectory("sysv"),
		enable:    enableSysv,
		disable:   disableSysv,
		stop:      stopSysv,
		forgotten: func(*Host, Directory, string) ([]Step, error) { return nil, nil },
	},
}

// initD is where both sysv and OpenRC have their scripts.
const initD = "/etc/init.d"

func renderSysv(s *Source) ([]File, []string, error) {
	if drivesItself(s) {
		return nil, nil, errItself
	}
	c := newScript(s)
	return []File{{Name: s.Name(), Mode: 0o755, Text: c.expand(sysvScript)}}, c.warnings(), nil
}

// Runlevels are those in which the service is started: none for one that is
// expected stopped, which is stopped at shutdown nevertheless.
func (c *script) Runlevels() string {
	if c.Expected == servicedef.Stopped {
		return ""
	}
	return "     2 3 4 5"
}

// sysvScript has the actions and exit statuses of LSB Core 5.0, "Init Script
// Actions". Daemons have no reload: SIGHUP to svloop opens files anew, and does
// not reach the program. Those of LSB that do not have it restart instead at
// force-reload, like at try-restart only what is running.
var sysvScript = template.Must(template.New("sysv").Parse(`#!/bin/sh
### BEGIN INIT INFO
# Provides:          {{.Name}}
# Required-Start:    $remote_fs $syslog
# Required-Stop:     $remote_fs $syslog
# Should-Start:      $network $named $time
# Should-Stop:       $network
# Default-Start:{{.Runlevels}}
# Default-Stop:      0 1 6
# Short-Description: service {{.Path}}
# Description:       Service {{.Path}} of svctl.
### END INIT INFO

PATH={{.SearchPath}}
export PATH
cd / || exit 1

` + scriptCommands + `restart() { {{or .Restart "end && begin"}}; }

case "$*" in
start | stop | restart | try-restart | force-reload | status) ;;
reload)
	echo "$0: reload is not implemented" >&2
	exit 3
	;;
*)
	echo "usage: $0 start|stop|restart|try-restart|force-reload|status" >&2
	exit 2
	;;
esac

if [ ! -x {{.Program}} ]; then
	echo "$0: there is no" {{.Program}} >&2
	[ "$1" = status ] && exit 4
	exit 5
fi

case $1 in
start) begin ;;
stop) end ;;
restart) restart ;;
try-restart | force-reload)
	state >/dev/null 2>&1
	case $? in
	0) restart ;;
	1 | 2 | 3) exit 0 ;;
	*)
{{- if .Check}}
		{{.Check}} >/dev/null || exit
{{- end}}
		state >&2
		exit 1
		;;
	esac
	;;
status)
	state
	exit
	;;
esac
{{if .PidFile}}
# What svloop's exit status means, which may be that of the program.
case $? in
0) exit 0 ;;
2) exit 6 ;;
126) exit 4 ;;
127) exit 5 ;;
esac
for file in {{.PidDirectory}} {{.PidFile}}; do
	[ ! -e "$file" ] || [ -w "$file" ] || exit 4
done
exit 1
{{end}}`))

// initDirectory returns the function that finds the directory of the scripts.
func initDirectory(format string) func(*Host) (Directory, error) {
	return func(h *Host) (Directory, error) {
		if !h.Exists(initD) {
			return "", &MissingError{format, "there is no " + initD}
		}
		return initD, nil
	}
}

// enableSysv has the links of the runlevels made from the header. Links that
// are there would be left as they are, whatever the header says now, so that an
// earlier export has to be forgotten first.
func enableSysv(h *Host, dir Directory, name string, _ bool) ([]Step, error) {
	var steps []Step
	if h.Exists(filepath.Join(string(dir), name)) {
		forget, err := forgetSysv(h, name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, forget)
	}
	if program, found := h.admin("update-rc.d"); found {
		return append(steps, Step{Argv: []string{program, name, "defaults"}}), nil
	}
	if program, found := h.admin("chkconfig"); found {
		return append(steps, Step{Argv: []string{program, "--add", name}}), nil
	}
	return nil, errNoRunlevels
}

func stopSysv(h *Host, dir Directory, name string) ([]Step, error) {
	forget, err := forgetSysv(h, name)
	if err != nil {
		return nil, err
	}
	return []Step{{Argv: []string{filepath.Join(string(dir), name), "stop"}}, forget}, nil
}

func disableSysv(h *Host, name string) []Step {
	forget, err := forgetSysv(h, name)
	if err != nil {
		return nil // nothing has enabled it
	}
	return []Step{forget}
}

// forgetSysv has the links removed, while the script is still there.
func forgetSysv(h *Host, name string) (Step, error) {
	if program, found := h.admin("update-rc.d"); found {
		return Step{Argv: []string{program, "-f", name, "remove"}}, nil
	}
	if program, found := h.admin("chkconfig"); found {
		return Step{Argv: []string{program, "--del", name}}, nil
	}
	return Step{}, errNoRunlevels
}

var errNoRunlevels = &MissingError{"sysv", "there is neither update-rc.d nor chkconfig"}

// admin finds a command of the administrator, which need not be in PATH after
// su(1).
func (h *Host) admin(program string) (path string, found bool) {
	if h.has(program) {
		return program, true
	}
	for _, dir := range []string{"/usr/sbin", "/sbin"} {
		if path := filepath.Join(dir, program); h.Exists(path) {
			return path, true
		}
	}
	return "", false
}

package initscript

import (
	"text/template"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Sysv is a script for /etc/init.d as the Linux Standard Base specifies it: for any
// POSIX shell, with a header from which the links for the runlevels are made, and
// with the actions and exit statuses of LSB.
var Sysv = export.Format{
	Name:      "sysv",
	Translate: renderSysv,
	System: export.System{
		First:     func(name string) string { return name },
		Directory: initDirectory("sysv"),
		Enable:    enableSysv,
		Disable:   disableSysv,
		Stop:      stopSysv,
	},
}

func renderSysv(s *export.Source) ([]export.File, []string, error) {
	if export.DrivesItself(s) {
		return nil, nil, export.ErrItself
	}
	c := newScript(s, "no other service is stopped or started if it fails")
	return []export.File{{Name: s.Name(), Mode: 0o755, Text: c.expand(sysvScript)}}, c.warnings(), nil
}

// Runlevels returns the runlevels in which the service is started: none if it is expected
// to be stopped. It is always stopped at shutdown.
func (c *script) Runlevels() string {
	if c.Expected == servicedef.Stopped {
		return ""
	}
	return "     2 3 4 5"
}

// restartDaemon is the restart of a daemon with a restart command, which is used while
// the program runs. As in svctl, the command has to succeed, because a state that existed
// before proves nothing. sleep has an absolute path, because PATH is that of the service.
const restartDaemon = `restart() {
	state >/dev/null 2>&1 || { end && begin; return; }
	{{.Restart}} || return
	tries={{.Tries}}
	until state >/dev/null 2>&1; do
		tries=$((tries - 1))
		if [ $tries -lt 0 ]; then
			state >&2
			return 1
		fi
		/bin/sleep 1
	done
}`

// sysvScript has the actions and exit statuses of LSB Core 5.0, "Init Script
// Actions". svctl reloads a service, because it knows the main process. A service without
// a reload is restarted by force-reload if it runs, as LSB requires, like try-restart.
var sysvScript = template.Must(template.New("sysv").Parse(`#!/bin/sh
### BEGIN INIT INFO
# Provides:          {{.Name}}
# Required-Start:    $remote_fs $syslog
# Required-Stop:     $remote_fs $syslog
# Should-Start:      $network $named $time{{.Order}}
# Should-Stop:       $network{{.Order}}
# Default-Start:{{.Runlevels}}
# Default-Stop:      0 1 6
# Short-Description: service {{.Path}}
# Description:       Service {{.Path}} of svctl.
### END INIT INFO

PATH={{.SearchPath}}
export PATH
cd / || exit 1

` + scriptCommands + `{{if and .PidFile .Restart -}}
` + restartDaemon + `
{{- else -}}
restart() { {{or .Restart "end && begin"}}; }
{{- end}}

case "$*" in
{{- if .Reload}}
start | stop | restart | try-restart | reload | force-reload | status) ;;
{{- else}}
start | stop | restart | try-restart | force-reload | status) ;;
reload)
	echo "$0: reload is not implemented" >&2
	exit 3
	;;
{{- end}}
*)
	echo "usage: $0 start|stop|restart|try-restart{{if .Reload}}|reload{{end}}|force-reload|status" >&2
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
{{- if .Reload}}
reload)
	{{.Reload}}
	exit
	;;
force-reload)
	{{.ForceReload}}
	exit
	;;
try-restart)
{{- else}}
try-restart | force-reload)
{{- end}}
	state >/dev/null 2>&1
	case $? in
	0) restart ;;
{{- if .PidFile}}
	1) ! restarting || restart ;;
	2 | 3) exit 0 ;;
{{- else}}
	1 | 2 | 3) exit 0 ;;
{{- end}}
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

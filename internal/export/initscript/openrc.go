package initscript

import (
	"fmt"
	"path/filepath"
	"slices"
	"text/template"
	"time"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// OpenRC is a script for openrc-run(8). OpenRC records what it has started; the function
// state of the script runs svloop or svctl instead.
var OpenRC = export.Format{
	Name:      "openrc",
	Needs:     needed,
	Translate: renderOpenrc,
	System: export.System{
		First:     func(name string) string { return name },
		Directory: initDirectory("openrc"),
		Enable:    enableOpenrc,
		Disable: func(h *export.Host, _ export.Directory, name string) []export.Step {
			update, _ := admin(h, "rc-update")
			return []export.Step{{Argv: []string{update, "delete", name, "default"}}}
		},
		Stop: stopOpenrc,
	},
}

func renderOpenrc(s *export.Source) ([]export.File, []string, error) {
	if export.DrivesItself(s) {
		return nil, nil, export.ErrItself
	}
	c := newScript(s, "OpenRC restarts those that need it if it is restarted, not if it fails")
	// OpenRC's own programs come first in the PATH of its scripts.
	c.Start = "PATH=" + c.SearchPath + " " + c.Start
	if c.Reload != "" {
		c.Reload = "PATH=" + c.SearchPath + " " + c.Reload
	}
	if s.Service.Restart != nil {
		c.NoEquivalent = append(c.NoEquivalent, fmt.Sprintf("restart = %q (OpenRC stops and starts)", shellquote.Join(s.Service.Restart)))
	}
	c.Need = words(needed(s))
	return []export.File{{Name: s.Name(), Mode: 0o755, Text: c.expand(openrcScript)}}, c.warnings(), nil
}

// needed returns the services that it needs and is started after: OpenRC refuses two
// that need each other.
func needed(s *export.Source) []*servicedef.Service {
	return slices.DeleteFunc(slices.Clone(s.Needs), func(other *servicedef.Service) bool { return !slices.Contains(s.Follows, other) })
}

// openrcScript reports the codes of OpenRC's own status: 0 started, 3 stopped,
// 32 crashed (openrc-run.sh). A service that was started and does not run has
// crashed: a restart starts it, while a start does nothing in OpenRC.
var openrcScript = template.Must(template.New("openrc").Parse(`#!/sbin/openrc-run

description="Service {{.Path}} of svctl"
{{- if .Reload}}
extra_started_commands="reload"
{{- end}}

depend() {
	use logger net dns
	after localmount netmount bootmisc firewall{{.Order}}
{{- if .Need}}
	need{{.Need}}
{{- end}}
}

` + scriptCommands + `
start() {
	ebegin "Starting $RC_SVCNAME"
	begin >/dev/null
	eend $?
}

stop() {
	ebegin "Stopping $RC_SVCNAME"
	end >/dev/null
	eend $?
}

{{if .Reload -}}
reload() {
	ebegin "Reloading $RC_SVCNAME"
	{{.Reload}} >/dev/null
	eend $?
}

{{end -}}
status() {
	text=$(state 2>&1)
	code=$?
	if [ $code -eq 0 ]; then
		einfo "status: started"
		return 0
	elif [ $code -eq 3 ] && ! service_started; then
		einfo "status: stopped"
		return 3
	fi
	eerror "status: crashed ($text)"
	return 32
}
`))

// runlevels is where OpenRC has a link for each service in each runlevel.
const runlevels = "/etc/runlevels"

// enableOpenrc adds the service to the default runlevel. A service that is expected to be
// stopped is registered by its script alone.
func enableOpenrc(h *export.Host, _ export.Directory, name string, running bool) ([]export.Step, error) {
	update, found := admin(h, "rc-update")
	switch {
	case !found:
		return nil, errNoOpenrc
	case running:
		return []export.Step{{Argv: []string{update, "add", name, "default"}}}, nil
	}
	return outOfRunlevels(h, update, name), nil
}

// outOfRunlevels removes the service from the predefined runlevels of OpenRC. The
// option --all of rc-update fails if one of them does not have the service.
func outOfRunlevels(h *export.Host, update, name string) []export.Step {
	var steps []export.Step
	for _, level := range []string{"sysinit", "boot", "default", "nonetwork"} {
		if h.Exists(filepath.Join(runlevels, level, name)) {
			steps = append(steps, export.Step{Argv: []string{update, "delete", name, level}})
		}
	}
	return steps
}

// stopOpenrc stops the service if OpenRC runs. Otherwise rc-service fails, and has not
// started the service.
func stopOpenrc(h *export.Host, _ export.Directory, name string, _ time.Duration) ([]export.Step, error) {
	update, found := admin(h, "rc-update")
	if !found {
		return nil, errNoOpenrc
	}
	var steps []export.Step
	if service, found := admin(h, "rc-service"); found && h.Exists("/run/openrc/softlevel") {
		steps = append(steps, export.Step{Argv: []string{service, name, "stop"}})
	}
	return append(steps, outOfRunlevels(h, update, name)...), nil
}

var errNoOpenrc = &export.MissingError{Format: "openrc", Why: "there is no rc-update"}

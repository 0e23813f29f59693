package export

import (
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// systemd is a service unit (systemd.unit(5), systemd.service(5)). What is said
// in it needs version 250 (ExecSearchPath=), where a program has a path of its
// own version 244 (the prefix : in ExecStart=).
var systemd = Format{
	Name:   "systemd",
	Native: true,
	render: renderSystemd,
	host: hostFormat{
		first:     unitName,
		directory: systemdDirectory,
		enable:    enableSystemd,
		obstacle:  systemdObstacle,
		disable:   disableSystemd,
		reload:    (*Host).reloadSystemd,
		stop:      stopSystemd,
		forgotten: forgottenSystemd,
	},
}

func unitName(name string) string { return name + ".service" }

func renderSystemd(s *Source) ([]File, []string, error) {
	u := &unit{}
	switch s.Kind() {
	case servicedef.ByDaemon:
		if reasons := beyondSystemd(s); len(reasons) > 0 {
			u.underSvloop(s, reasons)
		} else {
			u.program(s)
		}
	case servicedef.ByControl:
		if drivesItself(s) {
			return nil, nil, errItself
		}
		u.controlled(s)
	default:
		if drivesItself(s) {
			return nil, nil, errItself
		}
		u.background(s)
	}
	if s.Restart != nil {
		u.lacks("restart = %q (systemctl restart stops and starts)", shellquote.Join(s.Restart))
	}
	if u.err != nil {
		return nil, nil, u.err
	}
	return []File{{unitName(s.Name()), 0o644, u.text(s)}}, u.warnings, nil
}

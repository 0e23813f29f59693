// Package systemd translates a service to a unit (systemd.service(5)).
//
//	Format.Translate ─┬─ program      systemd runs the program of a daemon
//	                  ├─ underSvloop  systemd runs svloop, which runs the program
//	                  ├─ controlled   systemd runs the control command
//	                  └─ background   systemd runs start and stop
package systemd

import (
	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Format is a service unit (systemd.unit(5), systemd.service(5)). It requires systemd
// 250 (ExecSearchPath=), or 244 if the programs have absolute paths (the prefix : in
// ExecStart=).
var Format = export.Format{
	Name:      "systemd",
	Native:    true,
	Needs:     func(s *export.Source) []*servicedef.Service { return s.Needs },
	Translate: translate,
	System: export.System{
		First:     unitName,
		Directory: directory,
		Enable:    enable,
		Obstacle:  obstacle,
		Disable:   disable,
		Reload:    reload,
		Stop:      stop,
		Forgotten: forgotten,
	},
}

func unitName(name string) string { return name + ".service" }

func translate(s *export.Source) ([]export.File, []string, error) {
	u := &unit{}
	switch s.Kind() {
	case servicedef.ByDaemon:
		if reasons := beyondSystemd(s); len(reasons) > 0 {
			u.underSvloop(s, reasons)
		} else {
			u.program(s)
		}
	case servicedef.ByControl:
		if export.DrivesItself(s) {
			return nil, nil, export.ErrItself
		}
		u.controlled(s)
	default:
		if export.DrivesItself(s) {
			return nil, nil, export.ErrItself
		}
		u.background(s)
	}
	u.order(s)
	if s.Restart != nil {
		u.lacks("restart = %q (systemctl restart stops and starts)", shellquote.Join(s.Restart))
	}
	if u.err != nil {
		return nil, nil, u.err
	}
	return []export.File{{Name: unitName(s.Name()), Mode: 0o644, Text: u.text(s)}}, u.warnings, nil
}

package systemd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// order binds the unit to the services that it needs and is started after: systemd stops
// it if one of them fails (systemd.unit(5), "BindsTo="). When Restart= starts that one
// again, systemd starts this unit, too, because that one wants it.
//
// Two units must not be bound to each other: systemd drops the automatic restart of the
// failed one if the other has stopped before it is due. So the unit itself restarts those
// before it that need it.
func (u *unit) order(s *export.Source) {
	in := func(list []*servicedef.Service, want bool) func(*servicedef.Service) bool {
		return func(other *servicedef.Service) bool { return slices.Contains(list, other) != want }
	}
	needed := slices.DeleteFunc(slices.Clone(s.Needs), in(s.Follows, true))
	wanted := slices.DeleteFunc(slices.Clone(s.NeededBy), in(needed, false))
	bound := slices.DeleteFunc(slices.Clone(s.NeededBy), in(needed, true))
	if len(needed)+len(wanted) == 0 {
		return
	}
	for _, e := range s.Groups {
		u.needs = append(u.needs, fmt.Sprintf("# The strategy of group %q is %s.", e.Path, e.Group.Strategy))
	}
	if len(needed) > 0 {
		u.needs = append(u.needs, "BindsTo="+strings.Join(unitNames(needed), " "))
	}
	if len(wanted) > 0 {
		u.needs = append(u.needs, "Wants="+strings.Join(unitNames(wanted), " "))
	}
	if len(bound) > 0 {
		u.comment("If the program ends without a job of systemd, the services before it are restarted or stopped with it.")
		u.set("ExecStopPost", "-+%s", unitCommand([]string{"/bin/sh", "-c", u.afterEnd(unitName(s.Name()), unitNames(bound))}))
	}
}

// afterEnd is the shell command for the end of the service: unless a job has stopped it,
// others are restarted if systemd restarts it, and stopped if not.
func (u *unit) afterEnd(unit string, others []string) string {
	verb := "stop"
	switch {
	case slices.Contains(u.options, "Restart=always"):
		verb = "restart"
	case slices.Contains(u.options, "Restart=on-failure"):
		verb = `$(test "$SERVICE_RESULT" = success && echo stop || echo restart)`
	case slices.Contains(u.options, "Restart=on-success"):
		verb = `$(test "$SERVICE_RESULT" = success && echo restart || echo stop)`
	}
	return fmt.Sprintf(`test -n "$(systemctl show --property=Job --value %s)" || systemctl --no-block %s %s`,
		shellquote.Join([]string{unit}), verb, shellquote.Join(others))
}

func unitNames(services []*servicedef.Service) []string {
	names := export.Names(services)
	for i, name := range names {
		names[i] = unitName(name)
	}
	return names
}

package systemd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/pkg/servicedef"
)

// order binds the unit to the services that it needs: systemd stops it if one of them
// fails (systemd.unit(5), "BindsTo="). When Restart= starts that one again, systemd
// starts this unit, too, because that one wants or needs it.
func (u *unit) order(s *export.Source) {
	wanted := slices.DeleteFunc(slices.Clone(s.NeededBy), func(other *servicedef.Service) bool { return slices.Contains(s.Needs, other) })
	needs, wants := unitNames(s.Needs), unitNames(wanted)
	if len(needs)+len(wants) == 0 {
		return
	}
	for _, e := range s.Groups {
		u.needs = append(u.needs, fmt.Sprintf("# The strategy of group %q is %s.", e.Path, e.Group.Strategy))
	}
	if len(needs) > 0 {
		u.needs = append(u.needs, "BindsTo="+strings.Join(needs, " "))
	}
	if len(wants) > 0 {
		u.needs = append(u.needs, "Wants="+strings.Join(wants, " "))
	}
}

func unitNames(services []*servicedef.Service) []string {
	names := export.Names(services)
	for i, name := range names {
		names[i] = unitName(name)
	}
	return names
}

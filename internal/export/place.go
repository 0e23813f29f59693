package export

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/ordering"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Place is how a service stands to the others of its configuration.
type Place struct {
	// Follows are the services that are started before it, because of its key after
	// or of the order of its group.
	Follows []*servicedef.Service

	// Needs are the services that it does not run without, because of the strategies
	// of its groups. A service that is expected stopped is not needed.
	Needs []*servicedef.Service

	// NeededBy are the services that need this one.
	NeededBy []*servicedef.Service

	// Groups are its groups in which the failure of a service concerns others.
	Groups []*servicedef.Entry
}

// Places returns the places of all services.
func Places(c *servicedef.Config) map[*servicedef.Service]Place {
	services := c.Services()
	rank := make(map[*servicedef.Service]int)
	for at, step := range ordering.For(servicedef.Start, services).Steps {
		rank[services[step.Index]] = at
	}
	places := make(map[*servicedef.Service]Place)
	for _, s := range services {
		places[s] = Place{Follows: slices.Clone(s.After)}
	}
	c.Walk(func(e *servicedef.Entry) {
		if e.Group == nil || e.Group.Strategy == servicedef.OneForOne {
			return
		}
		for _, s := range e.Services() {
			p := places[s]
			p.Groups = append(p.Groups, e)
			places[s] = p
		}
		for i, first := range e.Children {
			for j, second := range e.Children {
				if i != j {
					relate(places, rank, first, second, j > i || e.Group.Strategy == servicedef.OneForAll)
				}
			}
		}
	})
	byRank := func(a, b *servicedef.Service) int { return cmp.Compare(rank[a], rank[b]) }
	for s, p := range places {
		for _, list := range []*[]*servicedef.Service{&p.Follows, &p.Needs, &p.NeededBy} {
			slices.SortFunc(*list, byRank)
			*list = slices.Compact(*list)
		}
		places[s] = p
	}
	return places
}

// relate has the services of the second entry follow those of the first, unless the
// keys after have put them before, and need the first, if it is one service. A group
// that repairs its own services concerns no other.
func relate(places map[*servicedef.Service]Place, rank map[*servicedef.Service]int, first, second *servicedef.Entry, needed bool) {
	for _, s := range second.Services() {
		p := places[s]
		for _, other := range first.Services() {
			if rank[other] < rank[s] {
				p.Follows = append(p.Follows, other)
			}
		}
		if needed && first.Service != nil && first.Service.Expected == servicedef.Running && s.Expected == servicedef.Running {
			p.Needs = append(p.Needs, first.Service)
			of := places[first.Service]
			of.NeededBy = append(of.NeededBy, s)
			places[first.Service] = of
		}
		places[s] = p
	}
}

// Names returns the exported names of services. It skips those that cannot be exported
// because of their names.
func Names(services []*servicedef.Service) []string {
	var all []string
	for _, s := range services {
		if checkName(s.Path) == nil {
			all = append(all, ExportedName(s.Path))
		}
	}
	return all
}

// WithoutOrder returns the key after as a key without an equivalent, for a system that
// starts services in no order.
func (s *Source) WithoutOrder(why string) []string {
	if len(s.After) == 0 {
		return nil
	}
	paths := make([]string, len(s.After))
	for i, other := range s.After {
		paths[i] = other.Path
	}
	return []string{fmt.Sprintf("after = %q (%s)", strings.Join(paths, " "), why)}
}

// WithoutGroup returns the strategies of its groups as keys without an equivalent.
func (s *Source) WithoutGroup(why string) []string {
	var all []string
	for _, e := range s.Groups {
		all = append(all, fmt.Sprintf("strategy = %s of group %q (%s)", e.Group.Strategy, e.Path, why))
	}
	return all
}

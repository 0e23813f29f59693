// Package ordering says in which order an action acts on several services, as their
// keys "after" demand:
//
//	           db ◄─ web                     other
//	start      start db ─► start web         start other
//	stop       stop web ─► stop db           stop other
//	restart    stop web ─► stop db           restart other
//	           ─► start db ─► start web
//	ensure     stop the services that are expected to be stopped, start the others
//	reload     reload db ─► reload web           reload other
//
// try-restart is a restart of the services that run.
//
// A service that is after another one is started when the start of the other has
// finished, well or not, and is stopped before it. Services without an order between
// them are acted on at the same time. A restart does not leave web running while db
// is down, so services with an order are stopped and started.
package ordering

import (
	"slices"

	"github.com/svloop/svloop/pkg/servicedef"
)

// Step is an action on one service.
type Step struct {
	Index  int // of the service
	Action servicedef.Action
	Last   bool // no other step of the service follows
}

// Plan is what an action does to several services.
type Plan struct {
	// Steps are in the order in which they are done one at a time: services are
	// started in the given order as far as After allows it, and stopped in reverse.
	Steps []Step

	// After are the services that each service is after, by their indexes. An order
	// also holds through services that are not in the plan.
	After [][]int

	waits [][]int // the steps that each step waits for, by their places in Steps
}

// Ensure is the action that brings each service into its expected state.
const Ensure servicedef.Action = "ensure"

// For returns the plan of an action on services. The keys "after" of loaded services
// have no cycle.
func For(action servicedef.Action, services []*servicedef.Service) *Plan {
	p := &Plan{After: after(services)}
	stops, starts := make([]int, len(services)), make([]int, len(services)) // places, -1: none
	related := make([]bool, len(services))
	for i, others := range p.After {
		stops[i], starts[i] = -1, -1
		for _, other := range others {
			related[i], related[other] = true, true
		}
	}
	order := sequence(p.After)
	for _, i := range slices.Backward(order) {
		only := action == servicedef.Stop || action == Ensure && services[i].Expected == servicedef.Stopped
		switch {
		case only, action == servicedef.Restart && related[i]:
			stops[i] = p.add(Step{i, servicedef.Stop, only})
		case action == servicedef.TryRestart && related[i]:
			stops[i] = p.add(Step{i, servicedef.TryStop, false})
		}
	}
	for _, i := range order {
		switch {
		case stops[i] >= 0 && p.Steps[stops[i]].Last:
		case action == Ensure:
			starts[i] = p.add(Step{i, servicedef.Start, true})
		case stops[i] >= 0:
			starts[i] = p.add(Step{i, servicedef.Start, true})
			p.wait(starts[i], stops[i])
		default:
			starts[i] = p.add(Step{i, action, true})
		}
	}
	for i, others := range p.After {
		for _, other := range others {
			p.wait(starts[i], starts[other])
			p.wait(stops[other], stops[i])
		}
	}
	return p
}

// add appends a step, and returns its place.
func (p *Plan) add(s Step) int {
	p.Steps = append(p.Steps, s)
	p.waits = append(p.waits, nil)
	return len(p.Steps) - 1
}

// wait has the step at a place wait for another one, if there are such steps.
func (p *Plan) wait(at, other int) {
	if at >= 0 && other >= 0 {
		p.waits[at] = append(p.waits[at], other)
	}
}

// Run calls do for each step when those that it waits for have returned, and for at
// most as many steps at a time as given. A step that waits occupies no place.
func (p *Plan) Run(jobs int, do func(Step)) {
	q := newQueue(p.waits)
	finished := make(chan int)
	for running, left := 0, len(p.Steps); left > 0; left-- {
		for running < jobs {
			at, ok := q.next()
			if !ok {
				break
			}
			running++
			go func() {
				do(p.Steps[at])
				finished <- at
			}()
		}
		q.finish(<-finished)
		running--
	}
}

// after returns for each service the others of the list that it is after. The search
// goes on through services that are not in the list.
func after(services []*servicedef.Service) [][]int {
	index := make(map[*servicedef.Service]int, len(services))
	for i, s := range services {
		index[s] = i
	}
	all := make([][]int, len(services))
	for i, s := range services {
		seen := make(map[*servicedef.Service]bool)
		var search func(*servicedef.Service)
		search = func(s *servicedef.Service) {
			for _, other := range s.After {
				if seen[other] {
					continue
				}
				seen[other] = true
				if at, listed := index[other]; listed {
					all[i] = append(all[i], at)
				} else {
					search(other)
				}
			}
		}
		search(s)
	}
	return all
}

// sequence returns all indexes, each behind those that it waits for, and as near to
// their own order as that allows.
func sequence(waits [][]int) []int {
	all := make([]int, 0, len(waits))
	for q := newQueue(waits); len(all) < len(waits); {
		at, _ := q.next()
		q.finish(at)
		all = append(all, at)
	}
	return all
}

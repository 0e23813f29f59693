package supervision

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// TestHistories runs thousands of random histories, and checks
//   - that a service never has two orders, nor a held one any,
//   - that a service of a dependent group is started only after those before it were,
//   - that a group fails exactly when too many of its last cycles were adjusted,
//   - that all services end in their expected states when the faults end,
//   - that a stop stops everything in reverse order,
//   - that the same events have the same consequences.
func TestHistories(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		h := runHistory(t, seed)
		if again := runHistory(t, seed); !slices.Equal(h.trace, again.trace) {
			h.errorf("two runs differ")
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func runHistory(t *testing.T, seed uint64) *history {
	h := newHistory(t, seed)
	h.do(h.tree.Start(h.now))
	for range h.IntN(40) {
		h.run(h.duration())
		if !h.tree.ending {
			h.anything()
		}
	}
	h.faults = false
	for _, s := range h.entry.Services() {
		if actual := h.services[s.Path]; actual.held && !h.tree.ending && h.IntN(2) == 0 {
			h.hold(s, false)
		}
	}
	h.run(20 * historyInterval)
	h.rest()
	if over, _ := h.tree.Over(); !over {
		h.checkExpected()
		h.stop()
	}
	h.checkStopped()
	return h
}

// rest lets time pass until all is at rest: before the next cycle. There is no deadline
// in a cycle that the next one has to wait for.
func (h *history) rest() {
	for h.tree.Deadline().IsZero() && !h.tree.ending {
		h.run(time.Second)
	}
	if !h.tree.ending {
		h.run(max(0, h.tree.Deadline().Sub(h.now)-time.Millisecond))
	}
}

// checkOrders checks each order against what is executed now.
func (h *history) checkOrders(orders []Order) {
	for _, o := range orders {
		path := o.Service.Path
		h.note("order: %s %s", o.Op, path)
		s := h.services[path]
		switch {
		case s.order != nil:
			h.errorf("%s of %s while its %s is executed", o.Op, path, s.order.Op)
		case s.held:
			h.errorf("%s of %s, which is held", o.Op, path)
		case h.ending && o.Op != Stop:
			h.errorf("%s of %s at the end", o.Op, path)
		case o.Op == Start && !h.reloaded && !h.restarted:
			h.checkBefore(h.entry, o.Service)
			h.checkAfter(o.Service)
		case o.Op == Stop && h.stopping && !h.reloaded:
			h.checkStopOrder(o.Service)
		}
		s.order, s.last = &o, o.Op
	}
	h.ending = h.tree.ending
}

// checkBefore checks that the services before one in its dependent group were started.
func (h *history) checkBefore(e *servicedef.Entry, service *servicedef.Service) {
	for i, c := range e.Children {
		if !slices.Contains(c.Services(), service) {
			continue
		}
		for _, before := range e.Children[:i] {
			if before.Service == nil || !dependent(e) || before.Service.Expected == servicedef.Stopped {
				continue
			}
			s := h.services[before.Path]
			if !s.held && (s.order != nil && s.order.Op != Ask || s.last == Stop && s.state != Running) {
				h.errorf("start of %s before that of %s", service.Path, before.Path)
			}
		}
		h.checkBefore(c, service)
	}
}

// checkAfter checks that no service that must be first is just started by the same job
// or an earlier one.
func (h *history) checkAfter(service *servicedef.Service) {
	n := h.tree.services[service.Path]
	if h.anyOrder {
		return
	}
	for _, other := range service.After {
		if o := h.services[other.Path].order; o != nil && o.Op == Start &&
			h.tree.services[other.Path].steps[0].job.number <= n.steps[0].job.number {
			h.errorf("start of %s during that of %s", service.Path, other.Path)
		}
	}
}

// checkStopOrder checks that all services that follow one in a dependent group, or
// because of a key after, are stopped before it.
func (h *history) checkStopOrder(service *servicedef.Service) {
	services := h.entry.Services()
	for _, other := range services[slices.Index(services, service)+1:] {
		s := h.services[other.Path]
		if !s.held && (ordered(h.entry, service, other) || !h.anyOrder && slices.Contains(other.After, service)) && s.state != Stopped {
			h.errorf("stop of %s before that of %s", service.Path, other.Path)
		}
	}
}

// checkWindows checks that a group fails exactly when a cycle ends that is one adjusted
// cycle too many.
func (h *history) checkWindows() {
	windows := h.tree.Windows()
	h.tree.root.eachGroup(func(n *node) {
		window := windows[n.path]
		ended := len(window) > 0 && !slices.Equal(window, h.windows[n.path])
		adjusted := 0
		for _, c := range window {
			if c.Adjusted {
				adjusted++
			}
		}
		tooMany := ended && window[len(window)-1].Adjusted && adjusted > n.group.Adjustments
		failed := !n.failedAt.Equal(h.failed[n.path]) || n.parent == nil && ended && h.tree.gaveUp != nil
		if len(window) > n.group.Window || failed != tooMany && !h.reloaded {
			h.errorf("group %s failed: %v, with the window %v", n.path, failed, window)
		}
		h.failed[n.path] = n.failedAt
	})
	h.windows = maps.Clone(windows)
}

// checkExpected checks the states after the faults have ended.
func (h *history) checkExpected() {
	for _, s := range h.entry.Services() {
		actual := h.services[s.Path]
		if !actual.held && (actual.state == Running) != (s.Expected == servicedef.Running) {
			h.errorf("%s is %s, expected %s", s.Path, actual.state, s.Expected)
		}
	}
	for _, n := range h.tree.services {
		if n.gone || n.order != "" || len(n.steps) > 0 {
			h.errorf("%s is not at rest", n.path)
		}
	}
}

// stop stops everything, at an arbitrary moment.
func (h *history) stop() {
	if h.IntN(2) == 0 {
		h.do(h.tree.Wake(h.now))
		h.run(h.duration())
	}
	h.stopping = true
	h.note("stop")
	orders := h.tree.Stop(h.now)
	services := h.entry.Services()
	index := func(o Order) int {
		return slices.IndexFunc(services, func(s *servicedef.Service) bool { return s.Path == o.Service.Path })
	}
	if !h.anyOrder && !slices.IsSortedFunc(orders, func(a, b Order) int { return index(b) - index(a) }) {
		h.errorf("the first orders of a stop are not in reverse order")
	}
	h.do(orders)
	h.run(time.Hour)
}

func (h *history) checkStopped() {
	if over, _ := h.tree.Over(); !over {
		h.errorf("it does not end")
	}
	if orders := h.tree.Tick(h.now.Add(time.Hour)); len(orders) > 0 || !h.tree.Deadline().IsZero() {
		h.errorf("orders %v after the end", orders)
	}
	for _, s := range h.entry.Services() {
		if actual := h.services[s.Path]; !actual.held && !actual.failed && actual.state != Stopped {
			h.errorf("%s is %s at the end", s.Path, actual.state)
		}
	}
}

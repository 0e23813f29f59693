package supervision

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// actual is a service as it is, which the tree knows only by what it is told.
type actual struct {
	state   State
	silent  bool   // its changes are not noticed
	order   *Order // that is executed now
	last    Op     // the last order
	held    bool
	failing bool // its commands may fail
	failed  bool // the last order
}

// history is a random sequence of events around a tree: commands that take their time,
// or fail, crashes, services held by hand, requests, reloads. It checks each order.
type history struct {
	*rand.Rand
	t         *testing.T
	tree      *Tree
	entry     *servicedef.Entry
	now       time.Time
	queue     []event // in the order of their times
	services  map[string]*actual
	faults    bool
	anyOrder  bool
	reloaded  bool
	restarted bool // a child, by a request
	stopping  bool // at the request of the test
	ending    bool // for any reason, since the last orders
	trace     []string
	windows   map[string][]Cycle
	failed    map[string]time.Time
}

type event struct {
	at time.Time
	do func()
}

const historyInterval = 20 * time.Second

func newHistory(t *testing.T, seed uint64) *history {
	h := &history{Rand: rand.New(rand.NewPCG(seed, 2)), t: t, now: epoch, services: make(map[string]*actual), faults: true,
		windows: make(map[string][]Cycle), failed: make(map[string]time.Time)}
	h.entry = randomTree(h.Rand, h.IntN(2) == 0)
	h.anyOrder = h.IntN(4) == 0
	h.orderAfter()
	h.tree = New([]*servicedef.Entry{h.entry}, Options{Interval: historyInterval, EachCycle: h.IntN(4) == 0})
	for _, s := range h.entry.Services() {
		h.add(s)
	}
	return h
}

func (h *history) add(s *servicedef.Service) {
	if h.services[s.Path] == nil {
		h.services[s.Path] = &actual{state: Stopped, silent: h.IntN(3) == 0, failing: h.IntN(4) == 0}
	}
}

// orderAfter gives some services a key after. It names services that are earlier in the
// file, or, in a history of anyOrder, in an order that may contradict that of a group.
func (h *history) orderAfter() {
	services := h.entry.Services()
	if h.anyOrder {
		h.Shuffle(len(services), func(i, j int) { services[i], services[j] = services[j], services[i] })
	}
	for i, s := range services {
		s.After = nil
		if i > 0 && h.IntN(4) == 0 {
			s.After = append(s.After, services[h.IntN(i)])
		}
	}
}

// at has something happen later.
func (h *history) at(after time.Duration, do func()) {
	e := event{h.now.Add(after), do}
	i, _ := slices.BinarySearchFunc(h.queue, e, func(a, b event) int {
		if a.at.After(b.at) {
			return 1
		}
		return -1 // later than those of the same time
	})
	h.queue = slices.Insert(h.queue, i, e)
}

// duration returns how long something takes: usually a moment, sometimes longer than
// an interval.
func (h *history) duration() time.Duration {
	if !h.faults {
		return time.Duration(h.IntN(500)) * time.Millisecond
	}
	return []time.Duration{0, time.Millisecond, time.Second, 25 * time.Second}[h.IntN(4)]
}

// note notes what happens, for a comparison of two runs.
func (h *history) note(format string, args ...any) {
	h.trace = append(h.trace, h.now.Format("04:05.000 ")+fmt.Sprintf(format, args...))
}

func (h *history) errorf(format string, args ...any) {
	h.t.Errorf(format+"\n%s\n%s", append(args, describe(h.entry), strings.Join(h.trace, "\n"))...)
}

// do checks orders, and executes them.
func (h *history) do(orders []Order) {
	h.checkOrders(orders)
	h.checkWindows()
	for _, o := range orders {
		h.execute(o)
	}
}

func (h *history) execute(o Order) {
	s := h.services[o.Service.Path]
	looked := s.state
	late := h.IntN(2) == 0
	h.at(h.duration(), func() {
		s.order = nil
		if o.Op == Ask {
			if late {
				looked = s.state
			}
			if h.faults && h.IntN(20) == 0 {
				looked = Unknown
			}
			h.note("%s is %s", o.Service.Path, looked)
			h.do(h.tree.Answered(h.now, o.Service, looked))
			return
		}
		var err error
		to := Running
		if o.Op == Stop {
			to = Stopped
		}
		if h.faults && s.failing && h.IntN(2) == 0 {
			err = fmt.Errorf("%s fails", o.Op)
			to = []State{s.state, Stopped, Dirty}[h.IntN(3)]
		}
		s.failed = err != nil
		h.note("%s of %s: %v", o.Op, o.Service.Path, err)
		h.become(o.Service, to)
		h.do(h.tree.Done(h.now, o.Service, err))
	})
}

// become changes the state of a service. If it is not silent, an event follows.
func (h *history) become(service *servicedef.Service, state State) {
	s := h.services[service.Path]
	if s.state == state {
		return
	}
	s.state = state
	h.note("%s becomes %s", service.Path, state)
	if !s.silent {
		h.at(time.Duration(h.IntN(3))*time.Millisecond, func() {
			h.note("%s is seen %s", service.Path, s.state)
			h.do(h.tree.Seen(h.now, service, s.state))
		})
	}
}

// run lets time pass.
func (h *history) run(d time.Duration) {
	end := h.now.Add(d)
	for {
		next := h.tree.Deadline()
		if len(h.queue) > 0 && (next.IsZero() || !h.queue[0].at.After(next)) {
			e := h.queue[0]
			if e.at.After(end) {
				break
			}
			h.queue = h.queue[1:]
			h.now = e.at
			e.do()
			continue
		}
		if next.IsZero() || next.After(end) {
			break
		}
		h.now = next
		h.note("tick")
		h.do(h.tree.Tick(h.now))
		if after := h.tree.Deadline(); !after.IsZero() && !after.After(h.now) {
			h.errorf("the deadline does not move")
			break
		}
	}
	h.now = end
}

// anything makes one random thing happen.
func (h *history) anything() {
	services := h.entry.Services()
	service := services[h.IntN(len(services))]
	s := h.services[service.Path]
	switch n := h.IntN(20); {
	case n < 10:
		h.become(service, []State{Stopped, Stopped, Dirty, Running}[h.IntN(4)])
	case n == 10 && !s.silent && s.state == Running:
		h.note("%s recovers", service.Path)
		h.do(h.tree.Seen(h.now, service, Recovering))
		h.do(h.tree.Seen(h.now, service, s.state))
	case n < 13:
		h.hold(service, !s.held)
	case n == 13:
		h.note("wake")
		h.do(h.tree.Wake(h.now))
	case n == 14:
		path := service.Path[:1+h.IntN(len(service.Path))]
		orders, err := h.tree.RestartChild(h.now, path)
		h.note("restart %s: %v", path, err)
		h.restarted = h.restarted || err == nil
		h.do(orders)
	case n == 15:
		h.note("stop children")
		h.do(h.tree.StopChildren(h.now))
	case n == 16:
		h.reload()
	}
}

func (h *history) hold(service *servicedef.Service, held bool) {
	h.note("hold %s %v", service.Path, held)
	s := h.services[service.Path]
	s.held, s.last = held, ""
	h.do(h.tree.Hold(h.now, service, held))
}

// reload changes, drops and adds services.
func (h *history) reload() {
	h.reloaded = true
	h.entry = h.changed(h.entry)
	h.orderAfter()
	var paths []string
	for _, s := range h.entry.Services() {
		h.add(s)
		paths = append(paths, s.Path)
	}
	for path, s := range h.services {
		s.held = s.held && slices.Contains(paths, path)
	}
	h.note("reload %s", describe(h.entry))
	h.do(h.tree.Reload(h.now, []*servicedef.Entry{h.entry}))
}

func (h *history) changed(e *servicedef.Entry) *servicedef.Entry {
	e = &servicedef.Entry{Name: e.Name, Path: e.Path, Group: e.Group, Service: e.Service, Children: e.Children}
	if e.Service != nil {
		s := *e.Service
		switch h.IntN(6) {
		case 0:
			s.Start = []string{fmt.Sprint("version ", h.IntN(3))}
		case 1:
			s.Expected = []servicedef.Expected{servicedef.Running, servicedef.Stopped}[h.IntN(2)]
		}
		e.Service = &s
		return e
	}
	var children []*servicedef.Entry
	for _, c := range e.Children {
		if h.IntN(6) > 0 {
			children = append(children, h.changed(c))
		}
	}
	if len(children) == 0 || h.IntN(6) == 0 {
		fresh := []*servicedef.Entry{service(fmt.Sprintf("n%d", h.IntN(5)), servicedef.Running)}
		below(fresh, e.Path)
		if !slices.ContainsFunc(children, func(c *servicedef.Entry) bool { return c.Path == fresh[0].Path }) {
			children = append(children, fresh...)
		}
	}
	e.Children = children
	return e
}

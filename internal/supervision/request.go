package supervision

import (
	"fmt"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
	"github.com/svloop/svloop/pkg/suggest"
)

// Wake begins the next cycle now, and asks every service.
func (t *Tree) Wake(now time.Time) []Order {
	t.root.each(func(n *node) { n.look = now })
	t.nextInTurn(now)
	return t.run(now)
}

// RestartChild restarts a service, or stops and starts a group. The path consists of
// the names from the top, joined by slashes. The error is a
// [*servicedef.NotFoundError] or a [*HeldError].
func (t *Tree) RestartChild(now time.Time, path string) ([]Order, error) {
	n, err := t.find(path)
	if err != nil || t.ending {
		return nil, err
	}
	if n.held {
		return nil, &HeldError{Path: path}
	}
	j := t.newJob(n)
	if n.service != nil {
		j.add(n, Restart, nil)
	} else {
		n.revive()
		j.start(n, j.stop(n, nil))
	}
	t.begin(j)
	return t.run(now), nil
}

// HeldError is returned for a request about a service that is held.
type HeldError struct {
	Path string
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("service %q was started or stopped by hand", e.Path)
}

// find returns the node with a path.
func (t *Tree) find(path string) (*node, error) {
	if n := t.services[path]; n != nil && !n.gone {
		return n, nil
	}
	var found *node
	var known []string
	t.root.eachNode(func(n *node) {
		if n.path == path {
			found = n
		}
		known = append(known, n.path)
	})
	if found == nil || path == "" {
		return nil, &servicedef.NotFoundError{Name: path, Nearest: suggest.Nearest(path, known)}
	}
	return found, nil
}

// StopChildren stops all services in reverse order. As in simplevisor, the supervision
// goes on: the next cycle starts them again.
func (t *Tree) StopChildren(now time.Time) []Order {
	if t.ending {
		return nil
	}
	t.cancel(t.root)
	t.root.each(func(n *node) { n.next = t.nextCycle })
	j := t.newJob(t.root)
	j.thorough = true
	j.stop(t.root, nil)
	t.begin(j)
	return t.run(now)
}

// Hold leaves a service alone, or no longer: an administrator has stopped or started it
// against its expected state. A held service gets no orders, except one that was given
// before.
func (t *Tree) Hold(now time.Time, s *servicedef.Service, held bool) []Order {
	n := t.services[s.Path]
	if n == nil || n.held == held {
		return nil
	}
	n.held = held
	if held {
		t.cancel(n)
	} else {
		n.state = unseen
	}
	t.touch(n)
	return t.run(now)
}

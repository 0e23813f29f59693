package supervisor

import "sync"

// inbox holds what other goroutines have posted to the loop.
type inbox struct {
	ring func() // wakes the loop

	mu     sync.Mutex
	posted []func()
}

// post has the loop call f. Any goroutine may call it.
func (b *inbox) post(f func()) {
	b.mu.Lock()
	first := len(b.posted) == 0
	b.posted = append(b.posted, f)
	b.mu.Unlock()
	if first {
		b.ring()
	}
}

// take returns what was posted since the last call.
func (b *inbox) take() []func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.posted
	b.posted = nil
	return all
}

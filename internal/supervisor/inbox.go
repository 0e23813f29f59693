package supervisor

import "sync"

// inbox holds the functions that other goroutines have posted to the loop.
type inbox struct {
	wake func() // wakes the loop

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
		b.wake()
	}
}

// take returns the functions that were posted since the last call.
func (b *inbox) take() []func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.posted
	b.posted = nil
	return all
}

package supervisor

import (
	"testing"
	"testing/synctest"
	"time"
)

// bubble is a loop that only calls what was posted.
type bubble struct {
	places
	inbox chan func()
}

func newBubble() *bubble {
	b := &bubble{inbox: make(chan func(), 10000)}
	b.post = func(f func()) { b.inbox <- f }
	return b
}

// turn calls what was posted until nothing more is.
func (b *bubble) turn() {
	synctest.Wait()
	for len(b.inbox) > 0 {
		(<-b.inbox)()
		synctest.Wait()
	}
}

func TestPlacesBoundWhatWorks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, done := newBubble(), 0
		for range 100 {
			b.carryOut(regular, func() func() {
				time.Sleep(time.Second / 2)
				return func() { done++ }
			})
		}
		for want := most; want <= 96; want += most {
			if b.running != most {
				t.Fatalf("%d run", b.running)
			}
			time.Sleep(time.Second / 2)
			b.turn()
			if done != want {
				t.Fatalf("%d are done, want %d", done, want)
			}
		}
		time.Sleep(time.Second)
		b.turn()
		if done != 100 || b.running != 0 || b.busy != 0 {
			t.Errorf("%d are done, %d run, %d places are occupied", done, b.running, b.busy)
		}
	})
}

// Commands that hang delay others by the time for which they occupy a place.
func TestPlacesOfThoseThatHang(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, release := newBubble(), make(chan struct{})
		hang := func() func() {
			<-release
			return func() {}
		}
		for range most {
			b.carryOut(regular, hang)
		}
		var order []string
		for _, how := range []urgency{regular, urgent} {
			name := [...]string{"urgent", "regular"}[how]
			b.carryOut(how, func() func() {
				return func() { order = append(order, name) }
			})
		}
		b.turn()
		if len(order) > 0 {
			t.Fatalf("%q without a place", order)
		}
		time.Sleep(while)
		b.turn()
		if len(order) != 2 || order[0] != "urgent" {
			t.Errorf("carried out %q", order)
		}
		for range 2 * mostRunning {
			b.carryOut(regular, hang)
			time.Sleep(while)
			b.turn()
		}
		if b.running != mostRunning {
			t.Errorf("%d run", b.running)
		}
		close(release)
		b.turn()
		if b.running != 0 || b.busy != 0 {
			t.Errorf("%d run, %d places are occupied", b.running, b.busy)
		}
	})
}

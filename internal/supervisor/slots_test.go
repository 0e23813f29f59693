package supervisor

import (
	"testing"
	"testing/synctest"
	"time"
)

// bubble is a loop that only calls the functions that were posted.
type bubble struct {
	slots
	inbox chan func()
}

func newBubble() *bubble {
	b := &bubble{inbox: make(chan func(), 10000)}
	b.post, b.most = func(f func()) { b.inbox <- f }, mostSlots
	return b
}

// turn calls posted functions until none is left.
func (b *bubble) turn() {
	synctest.Wait()
	for len(b.inbox) > 0 {
		(<-b.inbox)()
		synctest.Wait()
	}
}

func TestSlotsLimitFunctions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, done := newBubble(), 0
		for range 100 {
			b.carryOut(regular, func() func() {
				time.Sleep(time.Second / 2)
				return func() { done++ }
			})
		}
		for want := mostSlots; want <= 96; want += mostSlots {
			if b.running != mostSlots {
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
		if done != 100 || b.running != 0 || b.used != 0 {
			t.Errorf("%d are done, %d run, %d slots are used", done, b.running, b.used)
		}
	})
}

// Commands that hang delay others only by the time for which they keep a slot.
func TestSlotsOfFunctionsThatHang(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, release := newBubble(), make(chan struct{})
		hang := func() func() {
			<-release
			return func() {}
		}
		for range mostSlots {
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
			t.Fatalf("%q without a slot", order)
		}
		time.Sleep(mostInSlot)
		b.turn()
		if len(order) != 2 || order[0] != "urgent" {
			t.Errorf("carried out %q", order)
		}
		for range 2 * mostRunning {
			b.carryOut(regular, hang)
			time.Sleep(mostInSlot)
			b.turn()
		}
		if b.running != mostRegular {
			t.Errorf("%d run", b.running)
		}
		for range mostRunning {
			b.carryOut(urgent, hang)
			time.Sleep(mostInSlot)
			b.turn()
		}
		if b.running != mostRunning {
			t.Errorf("%d run", b.running)
		}
		close(release)
		b.turn()
		if b.running != 0 || b.used != 0 {
			t.Errorf("%d run, %d slots are used", b.running, b.used)
		}
	})
}

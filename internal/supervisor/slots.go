package supervisor

import "time"

// slots limits how many functions run at a time outside of the loop. A function that runs
// for longer than mostInSlot is waiting rather than working, so it gives its slot to the
// next one: commands that hang do not delay other services.
type slots struct {
	post func(func()) // has the loop call a function
	most int          // slots

	waiting [2][]func() func() // by urgency
	used    int
	running int // functions that run, with or without a slot
}

// urgency is the order in which waiting functions get a slot.
type urgency int

const (
	urgent  urgency = iota // repairs, and looks after an exit
	regular                // looks of a cycle
)

const (
	mostSlots   = 16
	mostInSlot  = time.Second
	mostRunning = 400 // bounds the processes, however many commands hang
	mostRegular = 300 // of those: status commands that hang delay no repair
)

// carryOut calls f outside of the loop as soon as there is a slot, and then, in the loop,
// the function that f returns.
func (p *slots) carryOut(how urgency, f func() func()) {
	p.waiting[how] = append(p.waiting[how], f)
	p.begin()
}

func (p *slots) begin() {
	for p.used < p.most && p.running < mostRunning {
		f := p.next()
		if f == nil {
			return
		}
		p.used++
		p.running++
		inSlot := true
		free := func() {
			if inSlot {
				inSlot = false
				p.used--
			}
			p.begin()
		}
		timer := time.AfterFunc(mostInSlot, func() { p.post(free) })
		go func() {
			then := f()
			timer.Stop()
			p.post(func() {
				p.running--
				free()
				then()
			})
		}()
	}
}

func (p *slots) next() (f func() func()) {
	for how := range p.waiting {
		if urgency(how) == regular && p.running >= mostRegular {
			break
		}
		if queue := p.waiting[how]; len(queue) > 0 {
			f, p.waiting[how] = queue[0], queue[1:]
			return f
		}
	}
	return nil
}

package supervisor

import "time"

// places bounds how much is carried out at a time outside of the loop. What takes longer
// than a while waits for something rather than works, so it gives its place to the next:
// commands that hang delay nobody else.
type places struct {
	post func(func()) // has the loop call a function

	waiting [2][]func() func() // by urgency
	busy    int                // occupied places
	running int                // what is carried out, with or without a place
}

// urgency is the order in which those that wait get a place.
type urgency int

const (
	urgent  urgency = iota // repairs, and looks after an exit
	regular                // looks of a cycle
)

const (
	most        = 16          // places
	while       = time.Second // how long a place is occupied at most
	mostRunning = 400         // bounds the processes, however many commands hang
)

// carryOut calls f outside of the loop as soon as there is a place, and then, in the loop,
// the function that f returns.
func (p *places) carryOut(how urgency, f func() func()) {
	p.waiting[how] = append(p.waiting[how], f)
	p.begin()
}

func (p *places) begin() {
	for p.busy < most && p.running < mostRunning {
		f := p.next()
		if f == nil {
			return
		}
		p.busy++
		p.running++
		occupied := true
		vacate := func() {
			if occupied {
				occupied = false
				p.busy--
			}
			p.begin()
		}
		timer := time.AfterFunc(while, func() { p.post(vacate) })
		go func() {
			then := f()
			timer.Stop()
			p.post(func() {
				p.running--
				vacate()
				then()
			})
		}()
	}
}

func (p *places) next() (f func() func()) {
	for how := range p.waiting {
		if queue := p.waiting[how]; len(queue) > 0 {
			f, p.waiting[how] = queue[0], queue[1:]
			return f
		}
	}
	return nil
}

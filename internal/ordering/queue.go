package ordering

import "slices"

// queue gives out the numbers that wait for no other.
type queue struct {
	missing []int   // how many unfinished ones each number waits for
	behind  [][]int // which numbers wait for each
	ready   []int   // in ascending order
}

func newQueue(waits [][]int) *queue {
	q := &queue{missing: make([]int, len(waits)), behind: make([][]int, len(waits))}
	for i, others := range waits {
		q.missing[i] = len(others)
		if len(others) == 0 {
			q.ready = append(q.ready, i)
		}
		for _, other := range others {
			q.behind[other] = append(q.behind[other], i)
		}
	}
	return q
}

// next takes the least number that is ready.
func (q *queue) next() (int, bool) {
	if len(q.ready) == 0 {
		return 0, false
	}
	least := q.ready[0]
	q.ready = q.ready[1:]
	return least, true
}

// finish makes those ready that waited only for this number.
func (q *queue) finish(number int) {
	for _, i := range q.behind[number] {
		q.missing[i]--
		if q.missing[i] == 0 {
			at, _ := slices.BinarySearch(q.ready, i)
			q.ready = slices.Insert(q.ready, at, i)
		}
	}
}

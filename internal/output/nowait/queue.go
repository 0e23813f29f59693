package nowait

import (
	"io"
	"sync"
	"time"
)

// queueLimit is how many bytes of lines a queue has at most. A receiver that reads may be
// behind by the messages about a thousand services.
const queueLimit = 256 << 10

// Queue writes lines for a caller that must not wait even for [Patience]. Other processes
// may use the file too, so its flags do not change: a goroutine, which exists only while
// there are lines, blocks in write(2). Each line is written with one call, in order.
//
// Lines are dropped and counted while the queue is full, and from then on until it is
// empty, so that one line with the count stands in their place. The line follows as soon as
// the reader continues.
type Queue struct {
	to   io.Writer
	lost func(count int) string // returns the line with the count; called without the lock

	mu      sync.Mutex
	lines   []string
	size    int           // of the lines
	full    bool          // no line is added until it is empty
	dropped int           // lines since the last count that was written
	writing chan struct{} // closed when the goroutine exits; nil without one
	closed  bool
}

// NewQueue returns a queue. The function returns the line that reports how many lines were
// lost. All lines end with a newline.
func NewQueue(to io.Writer, lost func(count int) string) *Queue {
	return &Queue{to: to, lost: lost}
}

// Put adds a line.
func (q *Queue) Put(line string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.full = q.full || len(q.lines) > 0 && q.size+len(line) > queueLimit
	switch {
	case q.closed:
		return
	case q.full:
		q.dropped++
		return
	}
	q.lines = append(q.lines, line)
	q.size += len(line)
	if q.writing == nil {
		q.writing = make(chan struct{})
		go q.write()
	}
}

// Close returns when all lines are written, or after [Patience] if nothing reads them.
func (q *Queue) Close() {
	q.mu.Lock()
	writing, again := q.writing, q.closed
	q.closed = true
	q.mu.Unlock()
	if writing == nil || again {
		return
	}
	late := time.NewTimer(Patience)
	defer late.Stop()
	select {
	case <-writing:
	case <-late.C:
	}
}

// write writes until there is no line. After an error it drops the lines, and leaves it
// to the next line to try again.
func (q *Queue) write() {
	q.mu.Lock()
	defer q.mu.Unlock()
	ok := q.full || q.tellLost() // what was dropped after an error
	for ok && (len(q.lines) > 0 || q.full) {
		if len(q.lines) == 0 {
			q.full = false
			ok = q.tellLost()
			continue
		}
		line := q.lines[0]
		if ok = q.put(func() string { return line }); ok {
			q.size -= len(line)
			q.lines[0] = ""
			q.lines = q.lines[1:]
		}
	}
	q.dropped += len(q.lines)
	q.lines, q.size, q.full = nil, 0, false
	close(q.writing)
	q.writing = nil
}

func (q *Queue) tellLost() bool {
	n := q.dropped
	if n == 0 {
		return true
	}
	ok := q.put(func() string { return q.lost(n) })
	if ok {
		q.dropped -= n
	}
	return ok
}

// put writes a line without the lock.
func (q *Queue) put(line func() string) bool {
	q.mu.Unlock()
	defer q.mu.Lock()
	_, err := io.WriteString(q.to, line())
	return err == nil
}

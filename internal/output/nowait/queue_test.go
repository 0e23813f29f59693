package nowait

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func lostLine(count int) string { return fmt.Sprintf("lost: %d\n", count) }

// TestQueue drops lines while nothing reads a pipe. The reader gets whole lines in order,
// the number of those that it lacks, and the lines after that.
func TestQueue(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	check(t, err)
	defer reader.Close()
	q := NewQueue(writer, lostLine)
	const all = 6000 // of 100 bytes, more than the pipe and the queue hold
	for i := range all {
		q.Put(fmt.Sprintf("%099d\n", i))
	}
	lines := bufio.NewScanner(reader)
	written := 0
	for lines.Scan() && lines.Text() == fmt.Sprintf("%099d", written) {
		written++
	}
	if want := fmt.Sprintf("lost: %d", all-written); written < queueLimit/100 || written == all || lines.Text() != want {
		t.Errorf("%q after %d lines, want %s", lines.Text(), written, want)
	}
	for i := range 3 {
		q.Put(fmt.Sprintf("after %d\n", i))
	}
	q.Close()
	q.Put("after the end\n")
	writer.Close()
	for i := range 3 {
		if want := fmt.Sprintf("after %d", i); !lines.Scan() || lines.Text() != want {
			t.Errorf("%q, want %s", lines.Text(), want)
		}
	}
	if lines.Scan() {
		t.Errorf("%q at the end", lines.Text())
	}
}

// TestQueueLongLine writes a line that is longer than the queue.
func TestQueueLongLine(t *testing.T) {
	t.Parallel()
	reader, writer := io.Pipe()
	q := NewQueue(writer, lostLine)
	long := strings.Repeat("x", 2*queueLimit) + "\n"
	q.Put(long)
	q.Put("lost\n")
	buf := make([]byte, len(long)+len("lost: 1\n"))
	if _, err := io.ReadFull(reader, buf); err != nil || string(buf) != long+"lost: 1\n" {
		t.Errorf("%.20q, %v", buf, err)
	}
	q.Close()
}

// TestQueueClose does not wait without limit for a reader.
func TestQueueClose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader, writer := io.Pipe()
		q := NewQueue(writer, lostLine)
		q.Put("text\n")
		began := time.Now()
		q.Close()
		q.Close()
		if got := time.Since(began); got != Patience {
			t.Errorf("%v, want %v", got, Patience)
		}
		reader.Close()
	})
}

// failing returns errors until it is repaired.
type failing struct {
	strings.Builder
	repaired bool
}

func (f *failing) WriteString(text string) (int, error) {
	if !f.repaired {
		return 0, errors.New("broken pipe")
	}
	return f.Builder.WriteString(text)
}

// TestQueueError counts the lines that could not be written, and continues.
func TestQueueError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		to := &failing{}
		q := NewQueue(to, lostLine)
		for i := range 3 {
			q.Put(fmt.Sprintf("line %d\n", i))
			synctest.Wait()
		}
		to.repaired = true
		q.Put("a\n")
		q.Put("b\n")
		q.Close()
		if want := "lost: 3\na\nb\n"; to.String() != want {
			t.Errorf("%q, want %q", to.String(), want)
		}
	})
}

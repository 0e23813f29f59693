package logfile

import (
	"bytes"
	"errors"
	"io"
	"time"
)

// Merge reads several logs to their ends, and calls f for each line in the order of the
// times at their beginnings, as [Stamp] reads them. A line without a time follows the line
// before it. Lines of the same time are in the order of the logs, so logs without times
// come first, one after the other. An incomplete last line stays in the Lines of its log. Merge ends
// early if f returns false.
func Merge(logs []io.Reader, lines []*Lines, f func(log int, line []byte, begins bool) bool) []error {
	failures := make([]error, len(logs))
	heads := make([]head, len(logs))
	advance := func(i int) {
		h := &heads[i]
		h.line, h.begins = lines[i].Next()
		for buf := []byte(nil); h.line == nil && failures[i] == nil; h.line, h.begins = lines[i].Next() {
			if buf == nil {
				buf = make([]byte, 8<<10)
			}
			n, err := logs[i].Read(buf)
			lines[i].Add(buf[:n])
			failures[i] = err
		}
		if at, ok := Stamp(h.line); ok && h.begins {
			h.at = at
		}
	}
	for i := range logs {
		advance(i)
	}
	for {
		first := -1
		for i := range heads {
			if heads[i].line != nil && (first < 0 || heads[i].at.Before(heads[first].at)) {
				first = i
			}
		}
		if first < 0 {
			break
		}
		if !f(first, heads[first].line, heads[first].begins) {
			break
		}
		advance(first)
	}
	for i, err := range failures {
		if errors.Is(err, io.EOF) {
			failures[i] = nil
		}
	}
	return failures
}

// head is the next line of a log.
type head struct {
	line   []byte
	begins bool
	at     time.Time // of this line, or of the last one that has a time
}

// mostStamp is the length of the longest time: with nanoseconds and an offset.
const mostStamp = len("2006-01-02T15:04:05.999999999-07:00")

// Stamp returns the time at the beginning of a line (RFC 3339), as --timestamps and the
// messages of svloop have it.
func Stamp(line []byte) (time.Time, bool) {
	end := bytes.IndexByte(line[:min(len(line), mostStamp+1)], ' ')
	if end < 0 {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, string(line[:end]))
	return at, err == nil
}

package output

import "bytes"

// layout decides which bytes of an output belong into which of several rotated files,
// and before which of them a time stamp belongs. It knows neither files nor clocks.
//
// A file ends with a whole line. Only a line that is longer than slack continues in the
// next file, so that a program that never ends its line is bounded too.
type layout struct {
	limit int64 // bytes that a file may hold, without the end of a line; 0: any number
	stamp int   // bytes of a time stamp; 0: lines have none

	size   int64 // bytes in the current file
	inLine bool  // the last byte was not a newline
}

// mostSlack bounds the bytes of a line that a file may hold beyond its limit.
const mostSlack = 64 << 10

func (l *layout) slack() int64 { return min(l.limit, mostSlack) }

// next returns how many bytes of p follow in the current file, and whether a time stamp
// belongs before them. At most one line is returned if lines have time stamps. It returns
// 0 if the file has to be rotated first. The caller passes at least one byte, and calls
// [layout.advance] with what it has written.
func (l *layout) next(p []byte) (n int, stamped bool) {
	stamped = l.stamp > 0 && !l.inLine
	n = len(p)
	if l.stamp > 0 {
		n = lineEnd(p)
	}
	if l.limit == 0 || l.size+int64(n+l.stamp) <= l.limit {
		return n, stamped
	}
	before := 0
	if stamped {
		before = l.stamp
	}
	end := 0 // of the lines that fit into the file
	if room := l.limit - l.size - int64(before); !l.inLine && room > 0 {
		end = bytes.LastIndexByte(p[:min(int64(n), room)], '\n') + 1
	}
	if end > 0 {
		return end, stamped
	}
	if n = lineEnd(p); !l.inLine && l.size > 0 && l.size+int64(before+n) > l.limit {
		return 0, false
	}
	room := max(0, l.limit+l.slack()-l.size-int64(before))
	n = int(min(int64(n), room))
	return n, stamped && n > 0
}

// lineEnd returns the length of the first line, with its newline if it has one.
func lineEnd(p []byte) int {
	if i := bytes.IndexByte(p, '\n'); i >= 0 {
		return i + 1
	}
	return len(p)
}

// lineCount returns the number of lines, also of an incomplete one.
func lineCount(p []byte) int {
	n := bytes.Count(p, []byte{'\n'})
	if len(p) > 0 && p[len(p)-1] != '\n' {
		n++
	}
	return n
}

// advance counts bytes of the output after [layout.next], with the stamp if there was one.
func (l *layout) advance(p []byte, stamped bool) {
	l.size += int64(len(p))
	if stamped {
		l.size += int64(l.stamp)
	}
	if len(p) > 0 {
		l.inLine = p[len(p)-1] != '\n'
	}
}

// begin starts a file of this size.
func (l *layout) begin(size int64) { l.size = size }

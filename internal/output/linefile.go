package output

import (
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/output/nowait"
)

// stampFormat is that of a time stamp: RFC 3339 in the local time zone, with
// milliseconds, and a space. It has the same length in each time zone.
const stampFormat = "2006-01-02T15:04:05.000-07:00 "

// lineFile is a file whose lines have time stamps, or that is rotated, or both.
type lineFile struct {
	layout
	file   *nowait.Writer
	series series
	buf    []byte // lines with their time stamps

	failed error // of the last rotation
	retry  time.Time

	lost bool // the last bytes of the output are in no file
	torn bool // the file ended within a line when the loss began
}

// retryTime is the time between two attempts of a rotation that fails.
const retryTime = time.Second

// openLines opens the file for an output. Symbolic links are followed once, so that a
// rotation renames the file and not the link.
func openLines(path string, rotate cmdline.Rotation, stamps bool) (f *lineFile, err error) {
	f = &lineFile{series: series{path: path, keep: rotate.Keep}}
	f.limit = rotate.Size
	if stamps {
		f.stamp = len(stampFormat)
	}
	if f.limit == 0 {
		f.file, err = nowait.Append(path)
		return f, err
	}
	var size int64
	if f.file, size, err = f.series.open(); err != nil {
		return nil, err
	}
	f.begin(size)
	return f, nil
}

// continueAfter continues the output of another file, or of the same one opened again.
func (f *lineFile) continueAfter(before *lineFile) {
	f.inLine, f.lost = before.inLine, before.lost
	if old, err := stateOf(before.file); err == nil && before.torn {
		now, err := stateOf(f.file)
		f.torn = err == nil && now.id == old.id
	}
}

// Write writes all of p, or returns an error and the number of bytes of p before it.
func (f *lineFile) Write(p []byte) (done int, err error) {
	if f.lost {
		if err := f.resume(); err != nil {
			return 0, err
		}
	}
	now := time.Now()
	for done < len(p) {
		within := f.inLine
		out, n := f.gather(p[done:], now)
		if n == 0 {
			if err := f.rotate(now); err != nil {
				f.lost, f.torn = true, within
				return done, err
			}
			continue
		}
		written, err := f.file.Write(out)
		if err != nil {
			f.size -= int64(len(out) - written)
			if written > 0 {
				within = out[written-1] != '\n'
			}
			f.lost, f.torn = true, within
			return done + f.without(len(out)-n, p[done:done+n], written), err
		}
		done += n
	}
	return done, nil
}

// resume lets the output after a loss begin on a line of its own: it may be the end of a
// line whose beginning was lost.
func (f *lineFile) resume() error {
	if f.torn && (f.limit == 0 || f.size < f.limit+f.slack()) {
		n, err := f.file.Write([]byte{'\n'})
		if err != nil {
			return err
		}
		f.size += int64(n)
	}
	f.lost, f.torn, f.inLine = false, false, false
	return nil
}

// without returns how many of the first written bytes belong to the text, if so many
// bytes are time stamps altogether.
func (f *lineFile) without(stamps int, text []byte, written int) (n int) {
	if stamps == 0 {
		return written
	}
	stamped := stamps/f.stamp == lineCount(text) // else it begins within a line
	for ; n < len(text) && written > 0; stamped = true {
		if stamped {
			written -= f.stamp
		}
		part := max(0, min(lineEnd(text[n:]), written))
		n += part
		written -= part
	}
	return n
}

// gather returns the bytes that follow in the current file, with their time stamps, and
// how many bytes of p they contain.
func (f *lineFile) gather(p []byte, now time.Time) (out []byte, n int) {
	if f.stamp == 0 {
		n, _ = f.next(p)
		f.advance(p[:n], false)
		return p[:n], n
	}
	f.buf = f.buf[:0]
	for n < len(p) && len(f.buf) < sinkBuffer {
		more, stamped := f.next(p[n:])
		if more == 0 {
			break
		}
		if stamped {
			f.buf = now.AppendFormat(f.buf, stampFormat)
		}
		f.buf = append(f.buf, p[n:n+more]...)
		f.advance(p[n:n+more], stamped)
		n += more
	}
	return f.buf, n
}

// rotate begins a new file. A rotation that failed is tried again after a second.
func (f *lineFile) rotate(now time.Time) error {
	if f.failed != nil && now.Before(f.retry) {
		return f.failed
	}
	size, err := sizeOf(f.file)
	if err == nil && size < f.size { // the file was truncated
		f.begin(size)
		return nil
	}
	var next *nowait.Writer
	if err == nil {
		next, size, err = f.series.rotate(f.file)
	}
	if f.failed = err; err != nil {
		f.retry = now.Add(retryTime)
		return err
	}
	f.file.Close()
	f.file = next
	f.begin(size)
	return nil
}

// Close closes the file.
func (f *lineFile) Close() error { return f.file.Close() }

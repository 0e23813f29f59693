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

// Write writes all of p, or returns an error and the number of bytes of p before it.
func (f *lineFile) Write(p []byte) (done int, err error) {
	now := time.Now()
	for done < len(p) {
		out, n := f.gather(p[done:], now)
		if n == 0 {
			if err := f.rotate(now); err != nil {
				f.skip(p[done:])
				return done, err
			}
			continue
		}
		written, err := f.file.Write(out)
		if err != nil {
			f.size -= int64(len(out) - written)
			f.skip(p[done+n:])
			return done + min(n, written), err
		}
		done += n
	}
	return done, nil
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

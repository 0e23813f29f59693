package logfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"

	"github.com/svloop/svloop/internal/output/nowait"
)

// chain opens a log file and its rotated files, from the newest to the oldest. A rotation
// meanwhile moves each file to a higher number, also several times.
type chain struct {
	path   string
	number int         // of the next file; 0 is the file itself
	last   fs.FileInfo // the file that was opened last, nil before the first
	at     int         // its number
	match  *part       // the file that ended until
}

// mostGap is how many numbers in a row may be unused, see output.series.
const mostGap = 3

func (c *chain) name(number int) string {
	if number == 0 {
		return c.path
	}
	return c.path + "." + strconv.Itoa(number)
}

// older opens the next file. It returns nil if there is none.
func (c *chain) older() (*part, error) {
	for missed := 0; missed <= mostGap; {
		f, err := open(c.name(c.number))
		unused := errors.Is(err, fs.ErrNotExist) || c.number > 0 && errors.Is(err, errNotRegular)
		if err != nil && !unused {
			return nil, err
		}
		// Numbers only increase. So if the last file still has its number, this one was next
		// to it when it was opened.
		if c.moved() {
			if !unused {
				f.Close()
			}
			if !c.find() {
				return nil, nil // it was dropped, and so was every older file
			}
			missed = 0
			continue
		}
		if unused {
			c.number++
			missed++
			continue
		}
		info, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, err
		}
		c.last, c.at = info, c.number
		c.number++
		return &part{File: f}, nil
	}
	return nil, nil
}

// moved reports whether the last file has another number now.
func (c *chain) moved() bool { return c.last != nil && !c.is(c.at) }

// is reports whether the last file has this number.
func (c *chain) is(number int) bool {
	info, err := os.Stat(c.name(number))
	return err == nil && os.SameFile(info, c.last)
}

// find searches the new number of the last file, and continues behind it.
func (c *chain) find() bool {
	for n, missed := c.at+1, 0; missed <= mostGap; n++ {
		if c.is(n) {
			c.at, c.number = n, n+1
			return true
		}
		if _, err := os.Stat(c.name(n)); err != nil {
			missed++
		} else {
			missed = 0
		}
	}
	return false
}

// empty reports whether a file is empty.
func (p *part) empty() bool {
	info, err := p.Stat()
	return err == nil && info.Size() == 0
}

// until opens the files up to one that matches, which becomes c.match, and returns those
// that are newer, the oldest first. It returns false if none matches.
//
// The newest files do not count while they are empty: the program may still write to an
// older one, as between the rename and the signal of logrotate(8).
func (c *chain) until(matches func(*part) bool) (newer []*part, found bool, err error) {
	for {
		p, err := c.older()
		if err != nil {
			closeAll(newer)
			return nil, false, err
		}
		if p == nil {
			return newer, false, nil
		}
		if matches(p) {
			c.match = p
			return newer, true, nil
		}
		if len(newer) == 0 && p.empty() {
			p.Close()
			continue
		}
		newer = slices.Insert(newer, 0, p)
	}
}

var errNotRegular = errors.New("it is not a regular file")

// open opens a regular file. It never blocks.
func open(path string) (*os.File, error) {
	f, err := nowait.OpenToRead(path)
	if errors.Is(err, nowait.ErrNoWriter) {
		err = fmt.Errorf("cannot read %q: %w", path, errNotRegular)
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("cannot read %q: %w", path, errNotRegular)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

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
// meanwhile moves each file to a higher number, so none is missed, but one may be seen
// twice.
type chain struct {
	path   string
	number int // of the next file; 0 is the file itself
	missed int // numbers in a row without a file
	seen   []fs.FileInfo
	match  *part // the file that ended until
}

// mostGap is how many numbers in a row may be unused, see output.series.
const mostGap = 3

// older opens the next file. It returns nil if there is none.
func (c *chain) older() (*part, error) {
	for c.missed <= mostGap {
		name := c.path
		if c.number > 0 {
			name += "." + strconv.Itoa(c.number)
		}
		f, err := open(name)
		if errors.Is(err, fs.ErrNotExist) || c.number > 0 && errors.Is(err, errNotRegular) {
			c.number++
			c.missed++
			continue
		}
		if err != nil {
			return nil, err
		}
		c.number++
		c.missed = 0
		info, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, err
		}
		if slices.ContainsFunc(c.seen, func(other fs.FileInfo) bool { return os.SameFile(other, info) }) {
			f.Close()
			continue
		}
		c.seen = append(c.seen, info)
		return &part{File: f}, nil
	}
	return nil, nil
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

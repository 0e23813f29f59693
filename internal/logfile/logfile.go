// Package logfile reads the last lines of a log file, and follows it. The file may be
// rotated meanwhile, by a rename or by a copy and a truncation, any number of times: each
// line is read once.
//
//	Open ──► File.Read ──► io.EOF: the end when the file was opened
//	         File.Follow
//	         File.Read ──► io.EOF: nothing more now
//	             ▲              │
//	             │         File.Refresh ─► true: a rotation, or a truncation
//	             └──────── Watcher.Wait (inotify(7))
//
// The rotated files of FILE are FILE.1, FILE.2 and so on, as svloop and logrotate(8) name
// them. The higher the number, the older the file.
package logfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
)

// File is a log file with its rotated files. Close it after use.
type File struct {
	path string
	cur  *part   // the file that is read; nil: none exists yet, or it is empty
	next []*part // the files after it

	read []fs.FileInfo // files that were read to their ends, for the search of newer files

	last *part // without Follow, Read stops in this file
	end  int64 // at this offset
}

// Open opens a file so that [File.Read] begins with its last lines, also those in rotated
// files. The memory that it needs does not depend on the size of the file.
//
// If the file does not exist, Open returns a File for [File.Follow], which reads it from its
// beginning when it exists, and an error that wraps [fs.ErrNotExist].
func Open(path string, lines int) (*File, error) {
	f := &File{path: path}
	all := chain{path: path}
	counting := backward{left: lines}
	for exists := false; ; {
		p, err := all.older()
		if err != nil {
			f.Close()
			return nil, err
		}
		if p == nil && !exists {
			return f, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		if p == nil {
			break
		}
		exists = true
		if len(f.next) == 0 && p.empty() {
			p.Close()
			continue
		}
		info, err := p.Stat()
		if err == nil {
			if f.last == nil {
				f.last, f.end = p, info.Size()
			}
			p.offset, err = counting.search(p, info.Size())
		}
		f.next = slices.Insert(f.next, 0, p)
		if err == nil {
			err = p.readSeam()
		}
		if err != nil {
			f.Close()
			return nil, err
		}
		if counting.done {
			break
		}
	}
	if len(f.next) > 0 {
		f.cur, f.next = f.next[0], f.next[1:]
	}
	return f, nil
}

// Path returns the path of the file.
func (f *File) Path() string { return f.path }

// Follow makes Read continue behind the end that the file had when it was opened.
func (f *File) Follow() { f.last = nil }

// Read reads the next bytes, and returns [io.EOF] if there are none now.
func (f *File) Read(p []byte) (int, error) {
	for f.cur != nil {
		most := len(p)
		if f.cur == f.last {
			most = int(max(0, min(int64(most), f.end-f.cur.offset)))
		}
		n, err := f.cur.read(p[:most])
		switch {
		case n > 0:
			return n, nil
		case err != nil && !errors.Is(err, io.EOF):
			return 0, err
		case len(f.next) == 0 || f.cur == f.last || errors.Is(err, errTruncated):
			return 0, io.EOF
		}
		f.leave(f.cur)
		f.cur, f.next = f.next[0], f.next[1:]
	}
	return 0, io.EOF
}

// leave closes a file that was read to its end.
func (f *File) leave(p *part) {
	if info, err := p.Stat(); err == nil {
		f.read = append(f.read[max(0, len(f.read)-mostRead+1):], info)
	}
	p.Close()
}

// mostRead is how many files that were read are remembered.
const mostRead = 20

// Refresh looks for a rotation or a truncation. It returns true if Read has something to
// read because of it.
func (f *File) Refresh() (bool, error) {
	switch {
	case len(f.next) > 0:
		return true, nil
	case f.cur == nil:
		return f.begin()
	}
	info, err := f.cur.Stat()
	if err != nil {
		return false, err
	}
	if info.Size() < f.cur.offset || !f.cur.continues() {
		return f.truncated()
	}
	if named, err := os.Stat(f.path); err == nil && os.SameFile(named, info) {
		return false, nil
	}
	return f.rotated(info)
}

// begin opens a file that did not exist before.
func (f *File) begin() (bool, error) {
	all := chain{path: f.path}
	parts, _, err := all.until(func(*part) bool { return false })
	if err != nil || len(parts) == 0 {
		return false, err
	}
	f.cur, f.next = parts[0], parts[1:]
	return true, nil
}

// rotated continues with the files that are newer than the current one.
func (f *File) rotated(info fs.FileInfo) (bool, error) {
	all := chain{path: f.path}
	parts, found, err := all.until(func(p *part) bool {
		other, err := p.Stat()
		return err == nil && os.SameFile(other, info)
	})
	if err != nil {
		return false, err
	}
	if found {
		all.match.Close() // the same file
	} else {
		// The file has been removed or has another name. Those that changed later are newer.
		parts = slices.DeleteFunc(parts, func(p *part) bool {
			other, err := p.Stat()
			same := func(read fs.FileInfo) bool {
				return os.SameFile(read, other) && read.Size() == other.Size() && read.ModTime().Equal(other.ModTime())
			}
			if err == nil && !other.ModTime().Before(info.ModTime()) && !slices.ContainsFunc(f.read, same) {
				return false
			}
			p.Close()
			return true
		})
	}
	f.next = parts
	return len(parts) > 0, nil
}

// truncated continues at the beginning of the current file. If a rotated file is a copy of
// what the file contained, the rest of the copy and the files after it come first.
func (f *File) truncated() (bool, error) {
	before := f.cur
	all := chain{path: f.path}
	newer, found, err := all.until(func(p *part) bool {
		p.offset, p.seam = before.offset, before.seam
		return len(p.seam) > 0 && p.continues()
	})
	if err != nil {
		return false, err
	}
	if !found {
		closeAll(newer)
		before.offset, before.seam = 0, nil
		return true, nil
	}
	for _, p := range newer {
		p.offset, p.seam = 0, nil
	}
	before.Close()
	f.cur, f.next = all.match, newer
	return true, nil
}

// Close closes all files.
func (f *File) Close() {
	closeAll(f.next)
	if f.cur != nil {
		f.cur.Close()
	}
	f.cur, f.next = nil, nil
}

func closeAll(parts []*part) {
	for _, p := range parts {
		p.Close()
	}
}

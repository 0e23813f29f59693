//go:build linux

package pidfile

import "os"

// Seen is a pid file that was found at its path. What an instance was asked for
// can be read from it even when the instance has removed it.
type Seen struct{ file *os.File }

// See opens the pid file at path. It follows no symbolic link there, and does not
// block.
func See(path string) (*Seen, error) {
	f, err := open(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	return &Seen{f}, nil
}

// Content reads the file. The error wraps [ErrMalformed] when it does not hold
// what a pid file holds.
func (s *Seen) Content() (Content, error) { return readContent(s.file) }

// Close closes the file.
func (s *Seen) Close() error { return s.file.Close() }

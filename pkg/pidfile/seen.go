//go:build linux

package pidfile

import "os"

// Seen is an open pid file. The request in it can be read even after the instance
// has removed it.
type Seen struct{ file *os.File }

// See opens the pid file at path. It does not follow a symbolic link there, and
// does not block.
func See(path string) (*Seen, error) {
	f, err := open(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	return &Seen{f}, nil
}

// Content reads the file. The error wraps [ErrMalformed] if the content is not
// that of a pid file.
func (s *Seen) Content() (Content, error) { return Instances{}.readContent(s.file) }

// Close closes the file.
func (s *Seen) Close() error { return s.file.Close() }

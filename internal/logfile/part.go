package logfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// part is one of the files.
type part struct {
	*os.File
	offset int64
	seam   []byte // the bytes before the offset
}

// seamSize is how many bytes identify the place up to which a file was read.
const seamSize = 256

// errTruncated means that the file does not continue what was read of it.
var errTruncated = fmt.Errorf("truncated: %w", io.EOF)

// read reads from the offset on, together with the seam, so that text that replaces what
// was read is never taken for its continuation.
func (p *part) read(to []byte) (int, error) {
	text := make([]byte, len(p.seam)+len(to))
	n, err := p.ReadAt(text, p.offset-int64(len(p.seam)))
	if n < len(p.seam) || !bytes.Equal(text[:len(p.seam)], p.seam) {
		if err == nil {
			err = errTruncated
		}
		return 0, err
	}
	n = copy(to, text[len(p.seam):n])
	p.advance(to[:n])
	return n, err
}

// advance moves the offset behind bytes that were read.
func (p *part) advance(read []byte) {
	p.offset += int64(len(read))
	p.seam = append(p.seam, read[max(0, len(read)-seamSize):]...)
	p.seam = slices.Delete(p.seam, 0, max(0, len(p.seam)-seamSize))
}

// readSeam reads the bytes before the offset.
func (p *part) readSeam() error {
	p.seam = make([]byte, min(p.offset, seamSize))
	_, err := p.ReadAt(p.seam, p.offset-int64(len(p.seam)))
	if errors.Is(err, io.EOF) {
		err = nil // the file was truncated meanwhile
	}
	return err
}

// continues reports whether the bytes before the offset are those that were read.
func (p *part) continues() bool {
	now := make([]byte, len(p.seam))
	_, err := p.ReadAt(now, p.offset-int64(len(now)))
	return (err == nil || len(now) == 0) && bytes.Equal(now, p.seam)
}

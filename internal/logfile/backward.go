package logfile

import (
	"bytes"
	"errors"
	"io"
)

// backward searches for the beginning of the last lines of a text that is in several
// files. The files are searched from the newest to the oldest.
type backward struct {
	left  int  // lines to find
	begun bool // the last byte of the text is known
	done  bool
}

// blockSize is how much of a file is read at once.
const blockSize = 64 << 10

// search returns the offset in a file of this size at which the lines begin. Unless done is
// set then, they begin in an older file.
func (b *backward) search(file io.ReaderAt, size int64) (int64, error) {
	if b.left == 0 {
		b.done = true
		return size, nil
	}
	block := make([]byte, min(size, blockSize))
	for end := size; end > 0; {
		text := block[:min(end, blockSize)]
		n, err := file.ReadAt(text, end-int64(len(text)))
		if errors.Is(err, io.EOF) {
			return 0, nil // the file was truncated meanwhile
		}
		if err != nil {
			return 0, err
		}
		end -= int64(n)
		if i := b.in(text); b.done {
			return end + int64(i), nil
		}
	}
	return 0, nil
}

// in searches a block, and returns where the lines begin if done is set then.
func (b *backward) in(text []byte) int {
	i := len(text)
	if !b.begun {
		b.begun = true
		if text[i-1] == '\n' { // it ends the last line
			i--
		}
	}
	for {
		i = bytes.LastIndexByte(text[:i], '\n')
		if i < 0 {
			return 0
		}
		if b.left--; b.left == 0 {
			b.done = true
			return i + 1
		}
	}
}

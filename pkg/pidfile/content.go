//go:build linux

package pidfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrMalformed is wrapped by the error for a file whose content is not that of a
// pid file. No process is signalled because of such a file, and no start takes it
// over: it may be a document.
var ErrMalformed = errors.New("not a pid file")

// Quit is the request to an instance to exit.
const Quit = "quit"

// Content is the content of a pid file.
type Content struct {
	PID     int    // 0 in an empty file
	Request string // "" or one lower-case word; the second line with [Instances.Lines]
}

// maxPID is PID_MAX_LIMIT of the kernel on 64-bit machines (proc(5)).
const maxPID = 1 << 22

// maxSize is larger than any pid file whose request is a word, and maxLine than any
// whose request is a line. A larger file is malformed.
const (
	maxSize = 64
	maxLine = 4096 + maxSize
)

const space = " \t\r\n\f\v"

// Parse parses the text of a pid file, by the grammar of simplevisor-loop:
// ^\d+(\s+[a-z]+)?\s*$. An empty text is an empty [Content], because a crash
// between the creation of the file and the first write leaves an empty file. The
// pids 0 and 1, and those above the maximum of Linux, are malformed.
func Parse(text []byte) (Content, error) {
	if len(text) == 0 {
		return Content{}, nil
	}
	if len(text) > maxSize {
		return Content{}, fmt.Errorf("%w: it is longer than %d bytes", ErrMalformed, maxSize)
	}
	number, rest := cutAny(string(text), space)
	pid, err := parsePID(number)
	request := strings.Trim(rest, space)
	if err != nil || strings.Trim(request, "abcdefghijklmnopqrstuvwxyz") != "" {
		return Content{}, malformed(text)
	}
	return Content{PID: pid, Request: request}, nil
}

// parse parses the text of a pid file by the grammar of these instances.
func (in Instances) parse(text []byte) (Content, error) {
	if !in.Lines || len(text) == 0 {
		return Parse(text)
	}
	first, request, _ := strings.Cut(string(text), "\n")
	request = strings.TrimRight(request, space)
	pid, err := parsePID(strings.TrimRight(first, space))
	switch {
	case len(text) > maxLine:
		return Content{}, fmt.Errorf("%w: it is longer than %d bytes", ErrMalformed, maxLine)
	case err != nil, strings.ContainsFunc(request, unicode.IsControl), !utf8.ValidString(request):
		return Content{}, malformed(text)
	}
	return Content{PID: pid, Request: request}, nil
}

// malformed returns the error for a text, which may be that of any file.
func malformed(text []byte) error {
	if len(text) > maxSize {
		return fmt.Errorf("%w: it begins with %q", ErrMalformed, text[:maxSize])
	}
	return fmt.Errorf("%w: it holds %q", ErrMalformed, text)
}

func parsePID(number string) (int, error) {
	if strings.Trim(number, "0123456789") != "" {
		return 0, ErrMalformed
	}
	pid, err := strconv.Atoi(number)
	if err != nil || pid <= 1 || pid > maxPID {
		return 0, ErrMalformed
	}
	return pid, nil
}

func cutAny(s, chars string) (before, after string) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// Text returns the content in the format of the file.
func (c Content) Text() []byte {
	text := strconv.AppendInt(nil, int64(c.PID), 10)
	text = append(text, '\n')
	if c.Request != "" {
		text = append(append(text, c.Request...), '\n')
	}
	return text
}

// readText reads a whole pid file, or one byte more than the maximum size.
func (in Instances) readText(f *os.File) ([]byte, error) {
	size := maxSize + 1
	if in.Lines {
		size = maxLine + 1
	}
	buf := make([]byte, size)
	n, err := f.ReadAt(buf, 0)
	if err == io.EOF {
		err = nil
	}
	return buf[:n], err
}

func (in Instances) readContent(f *os.File) (Content, error) {
	text, err := in.readText(f)
	if err != nil {
		return Content{}, err
	}
	return in.parse(text)
}

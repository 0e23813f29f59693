package cmdline

import (
	"errors"

	"github.com/svloop/svloop/internal/workdir"
)

// Stream is the source or destination of a standard stream of the program.
type Stream struct {
	Kind StreamKind
	Path string // of the file
}

// StreamKind is a kind of stream.
type StreamKind int

// The kinds of streams.
const (
	StreamDefault StreamKind = iota // no option names it
	StreamNull
	StreamInherit
	StreamSyslog
	StreamFile
)

// StreamNames are the options of the streams, in the order of their descriptors.
var StreamNames = [3]string{"stdin", "stdout", "stderr"}

func (s *Stream) setInput(text string) error {
	switch text {
	case "", "syslog":
		return errors.New("want a file to read, null or inherit")
	}
	return s.setOutput(text)
}

func (s *Stream) setOutput(text string) error {
	switch text {
	case "":
		return errors.New("want a file, null, syslog or inherit")
	case "null":
		*s = Stream{Kind: StreamNull}
	case "inherit":
		*s = Stream{Kind: StreamInherit}
	case "syslog":
		*s = Stream{Kind: StreamSyslog}
	default:
		*s = Stream{Kind: StreamFile, Path: text}
	}
	return nil
}

// In returns the stream with a relative path resolved against dir.
func (s Stream) In(dir string) Stream {
	if s.Kind == StreamFile {
		s.Path = workdir.Join(dir, s.Path)
	}
	return s
}

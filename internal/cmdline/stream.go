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

// streamWords are the values of these options that are no file, in the order of the error
// text.
var streamWords = []struct {
	word  string
	kind  StreamKind
	input bool // also of --stdin
}{
	{"null", StreamNull, true}, {"syslog", StreamSyslog, false}, {"inherit", StreamInherit, true},
}

func (s *Stream) setInput(text string) error  { return s.set(text, "a file to read", true) }
func (s *Stream) setOutput(text string) error { return s.set(text, "a file", false) }

func (s *Stream) set(text, file string, input bool) error {
	wanted, wrong := []string{file}, text == ""
	for _, w := range streamWords {
		switch {
		case input && !w.input:
			wrong = wrong || text == w.word
		case text == w.word:
			*s = Stream{Kind: w.kind}
			return nil
		default:
			wanted = append(wanted, w.word)
		}
	}
	if wrong {
		return errors.New("want " + alternatives(wanted))
	}
	*s = Stream{Kind: StreamFile, Path: text}
	return nil
}

// In returns the stream with a relative path resolved against dir.
func (s Stream) In(dir string) Stream {
	if s.Kind == StreamFile {
		s.Path = workdir.Join(dir, s.Path)
	}
	return s
}

package control

import (
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// How much output of a failed command is reported: the last lines, which probably contain
// the reason, and for svloop the whole message.
const (
	mostLines       = 5
	mostSvloopLines = 30
	mostBytes       = 500 // of a line
)

// tail keeps the last lines of an output, escaped for a terminal.
type tail struct {
	most  int
	lines []string
}

func newTail(s *servicedef.Service) *tail {
	if s.Kind() == servicedef.ByDaemon {
		return &tail{most: mostSvloopLines}
	}
	return &tail{most: mostLines}
}

func (t *tail) add(line string) {
	if len(t.lines) == t.most {
		t.lines = append(t.lines[:0], t.lines[1:]...)
	}
	t.lines = append(t.lines, printable.Excerpt(line, mostBytes))
}

package control

import (
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// How much of the output of a command that failed is reported: its last lines, which
// are likely to say why, and of svloop the whole message.
const (
	mostLines       = 5
	mostSvloopLines = 30
	mostBytes       = 500 // of a line
)

// tail keeps the last lines of an output, as they may be printed.
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

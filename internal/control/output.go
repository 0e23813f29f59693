package control

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/svloop/svloop/pkg/servicedef"
)

// How much of the output of a command that failed is told: a few lines where the
// last ones are likely to say why, and all that svloop has to say.
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
	t.lines = append(t.lines, printable(line))
}

// printable returns a line without what a terminal would obey: other characters
// than those that can be seen are written as in a Go string. A long line is cut.
func printable(line string) string {
	var b strings.Builder
	for len(line) > 0 {
		r, size := utf8.DecodeRuneInString(line)
		if b.Len() >= mostBytes {
			return b.String() + "…"
		}
		switch piece := line[:size]; {
		case r == '\t':
			b.WriteByte(' ')
		case r == utf8.RuneError && size == 1, !unicode.IsPrint(r):
			quoted := strconv.Quote(piece)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteString(piece)
		}
		line = line[size:]
	}
	return b.String()
}

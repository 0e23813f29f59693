package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/svloop/svloop/internal/jsonbytes"
	"github.com/svloop/svloop/internal/table"
	"github.com/svloop/svloop/internal/terminal"
	"github.com/svloop/svloop/pkg/printable"
)

// printJSON prints an answer as one JSON document.
func (s *invocation) printJSON(answer any) int {
	text, err := jsonbytes.MarshalIndent(answer)
	if err == nil {
		_, err = fmt.Fprintf(s.stdout, "%s\n", text)
	}
	return s.check(err)
}

func isTerminal(w io.Writer) bool {
	f := fileBehind(w)
	return f != nil && terminal.Is(f.Fd())
}

// unknownWidth is the width of a terminal that does not know its width, such as a serial
// line.
const unknownWidth = 80

// width returns the width of the terminal that answers are printed on, and 0 without a
// terminal. As for ps(1), the environment variable COLUMNS overrides the width of the
// terminal; without a terminal a script reads the answer, and the variable is ignored.
func (s *invocation) width() int {
	f := fileBehind(s.stdout)
	if f == nil || !terminal.Is(f.Fd()) {
		return 0
	}
	if n, err := strconv.Atoi(s.env.get("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return cmp.Or(terminal.Columns(f.Fd()), unknownWidth)
}

// fileBehind returns the file that a writer writes to, nil if there is none.
func fileBehind(w io.Writer) *os.File {
	if d, ok := w.(*delivery); ok {
		w = d.to
	}
	f, _ := w.(*os.File)
	return f
}

// newTable returns a table for standard output. Without a terminal all columns are aligned to
// the left, as they always were.
func (s *invocation) newTable(columns ...table.Column) *table.Table {
	if !isTerminal(s.stdout) {
		for i := range columns {
			columns[i].Right = false
		}
	}
	return table.New(columns...)
}

func (s *invocation) printTable(t *table.Table) {
	fmt.Fprintln(s.stdout, strings.Join(t.Fit(s.width(), s.colours()).Lines(), "\n"))
}

// progress shows on a terminal which services are in work, on a line that is erased
// afterwards.
type progress struct {
	to io.Writer // nil: not a terminal

	mu   sync.Mutex
	busy []string
	verb string
}

func (s *invocation) newProgress() *progress {
	if s.json || s.acts.quiet || !isTerminal(s.stderr) {
		return &progress{}
	}
	return &progress{to: s.stderr}
}

func (p *progress) begin(verb, name string) {
	p.change(func() { p.verb, p.busy = verb, append(p.busy, name) })
}

func (p *progress) end(name string) {
	p.change(func() {
		for i, other := range p.busy {
			if other == name {
				p.busy = append(p.busy[:i], p.busy[i+1:]...)
				return
			}
		}
	})
}

// change erases the line while f changes the progress or prints a line.
func (p *progress) change(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.to == nil {
		f()
		return
	}
	fmt.Fprint(p.to, "\r\x1b[K")
	f()
	if len(p.busy) > 0 {
		names := printable.Text(strings.Join(p.busy, ", "))
		const most = 60
		if len(names) > most {
			names = fmt.Sprintf("%d services", len(p.busy))
		}
		fmt.Fprintf(p.to, "%s %s …", p.verb, names)
	}
}

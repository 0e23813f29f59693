package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/svloop/svloop/internal/jsonbytes"
	"github.com/svloop/svloop/internal/terminal"
	"github.com/svloop/svloop/pkg/lsb"
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

// The colours of states on a terminal.
const (
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	red    = "\x1b[31m"
	plain  = "\x1b[0m"
)

// paint colours the words for a state, on a terminal whose user has not set
// NO_COLOR (no-color.org).
func (s *invocation) paint(code lsb.Status, text string) printable.Raw {
	text = printable.Text(text)
	if !isTerminal(s.stdout) || s.env.get("NO_COLOR") != "" {
		return printable.Raw(text)
	}
	colour := red
	switch code {
	case lsb.Running:
		colour = green
	case lsb.NotRunning:
		colour = yellow
	}
	return printable.Raw(colour + text + plain)
}

func isTerminal(w io.Writer) bool {
	f := fileBehind(w)
	return f != nil && terminal.Is(f.Fd())
}

// columns returns the width of the terminal, and 0 without a terminal.
func columns(w io.Writer) int {
	if f := fileBehind(w); f != nil {
		return terminal.Columns(f.Fd())
	}
	return 0
}

// fileBehind returns the file that a writer writes to, nil if there is none.
func fileBehind(w io.Writer) *os.File {
	if d, ok := w.(*delivery); ok {
		w = d.to
	}
	f, _ := w.(*os.File)
	return f
}

// table prints rows in columns. text/tabwriter would count colour sequences as letters.
type table struct{ rows [][]string }

func newTable(titles ...string) *table { return &table{rows: [][]string{titles}} }

// row adds a row. All cells are escaped, but painted cells keep their colour.
func (t *table) row(cells ...any) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = printable.Sprintf("%s", cell)
	}
	t.rows = append(t.rows, row)
}

func (t *table) print(w io.Writer) {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], visible(cell))
		}
	}
	for _, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-visible(cell)+2))
			}
		}
		fmt.Fprintln(w, line.String())
	}
}

// visible returns the width of a cell without its colour.
func visible(cell string) int {
	if strings.HasPrefix(cell, "\x1b[") {
		_, cell, _ = strings.Cut(cell, "m")
		cell = strings.TrimSuffix(cell, plain)
	}
	return utf8.RuneCountInString(cell)
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
	if s.json || !isTerminal(s.stderr) {
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

// Package table lays out tables for a terminal: no line is wider than the terminal.
//
// If the whole table is too wide, the layout saves columns in this order:
//
//  1. Cells of columns that may be shortened get … in place of their middle, down to a
//     quarter of the width.
//  2. Columns are dropped, those with the lowest Drop first.
//  3. The cells that may be shortened become shorter still, down to four columns.
//  4. If even that is too wide, each cell has its own lines, whole, and there are no titles.
//
// All other text is printed whole: notes on a row have lines of their own, which are wrapped
// at blanks.
package table

import (
	"strings"

	"github.com/svloop/svloop/pkg/printable"
)

// Column describes a column.
type Column struct {
	Title   string
	Right   bool // cells are aligned to the right
	Shorten bool // cells may be shortened
	Least   int  // the least width, so that the columns of a table that changes do not move
	Drop    int  // columns with the lowest number are dropped first; 0: never
}

// Cell is a text of a row. [Table.Add] escapes it.
type Cell struct {
	Text  string
	Style Style
}

// Row has a cell for each column, and notes below it.
type Row struct {
	Cells []Cell
	Notes []Cell
}

// Table is a list of rows. Its zero value with columns is an empty table.
type Table struct {
	Columns []Column
	rows    []Row
	widths  []int // of the widest cell of each column
}

// New returns an empty table.
func New(columns ...Column) *Table { return &Table{Columns: columns} }

// Add adds a row. It escapes characters that are not printable (see package printable).
func (t *Table) Add(r Row) {
	if t.widths == nil {
		t.widths = make([]int, len(t.Columns))
	}
	escape := func(cells []Cell) []Cell {
		escaped := make([]Cell, len(cells))
		for i, c := range cells {
			escaped[i] = Cell{printable.Text(c.Text), c.Style}
		}
		return escaped
	}
	r = Row{escape(r.Cells), escape(r.Notes)}
	for i, c := range r.Cells {
		t.widths[i] = max(t.widths[i], Width(c.Text))
	}
	t.rows = append(t.rows, r)
}

const (
	gap      = 2 // blanks between columns
	shortest = 4 // columns of a shortened cell
	indent   = 4 // blanks before a note
)

// Layout is a table for a certain width.
type Layout struct {
	table   *Table
	columns []int // the indices of the columns that are shown
	widths  []int // of the columns that are shown
	width   int   // of the terminal; 0: unlimited
	colours bool
	stacked bool // each cell has its own lines
}

// Fit returns the layout for a terminal of this many columns; 0 is unlimited.
func (t *Table) Fit(width int, colours bool) *Layout {
	l := &Layout{table: t, width: width, colours: colours}
	for i, c := range t.Columns {
		l.columns = append(l.columns, i)
		w := max(Width(c.Title), c.Least)
		if t.widths != nil {
			w = max(w, t.widths[i])
		}
		l.widths = append(l.widths, w)
	}
	if width <= 0 {
		l.width = 0
		return l
	}
	for l.total(max(shortest, width/4)) > width && l.drop() {
	}
	l.shorten()
	l.stacked = l.total(0) > width
	return l
}

// total returns the width of a line if cells that may be shortened have at most this many
// columns; 0: they are not shortened.
func (l *Layout) total(most int) int {
	sum := gap * (len(l.columns) - 1)
	for i, w := range l.widths {
		if most > 0 && l.column(i).Shorten {
			w = min(w, most)
		}
		sum += w
	}
	return sum
}

func (l *Layout) column(i int) Column { return l.table.Columns[l.columns[i]] }

// drop drops a column. It returns false if none may be dropped.
func (l *Layout) drop() bool {
	first := -1
	for i := range l.columns {
		if n := l.column(i).Drop; n > 0 && (first < 0 || n < l.column(first).Drop) {
			first = i
		}
	}
	if first < 0 {
		return false
	}
	l.columns = append(l.columns[:first], l.columns[first+1:]...)
	l.widths = append(l.widths[:first], l.widths[first+1:]...)
	return true
}

// shorten takes from the widest column that may be shortened, until the line fits.
func (l *Layout) shorten() {
	for excess := l.total(0) - l.width; excess > 0; excess-- {
		widest := -1
		for i, w := range l.widths {
			if l.column(i).Shorten && w > shortest && (widest < 0 || w > l.widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		l.widths[widest]--
	}
}

// Lines returns the whole table: the titles, if there is room for them, and all rows.
func (l *Layout) Lines() []string {
	lines := l.Titles()
	for i := range l.table.rows {
		lines = append(lines, l.Row(i)...)
	}
	return lines
}

// Titles returns the line of titles, or none if there is no room for it.
func (l *Layout) Titles() []string {
	if l.stacked {
		return nil
	}
	cells := make([]Cell, len(l.table.Columns))
	for i, c := range l.table.Columns {
		cells[i].Text = c.Title
	}
	return []string{l.line(cells)}
}

// Row returns the lines of a row.
func (l *Layout) Row(i int) []string {
	r := l.table.rows[i]
	var lines []string
	if l.stacked {
		for n, column := range l.columns {
			c := r.Cells[column]
			lines = append(lines, l.wrapped(c, min(n, 1)*gap)...)
		}
	} else {
		lines = append(lines, l.line(r.Cells))
	}
	for _, note := range r.Notes {
		lines = append(lines, l.wrapped(note, indent)...)
	}
	return lines
}

func (l *Layout) line(cells []Cell) string {
	var line strings.Builder
	blanks := 0
	for i, column := range l.columns {
		c := cells[column]
		text := c.Text
		if l.column(i).Shorten {
			text = Shorten(text, l.widths[i])
		}
		missing := l.widths[i] - Width(text)
		if l.column(i).Right {
			blanks, missing = blanks+missing, 0
		}
		if text != "" {
			line.WriteString(strings.Repeat(" ", blanks))
			blanks = 0
			line.WriteString(l.paint(c.Style, text))
		}
		blanks += missing + gap
	}
	return line.String()
}

func (l *Layout) wrapped(c Cell, indent int) []string {
	lines := Wrap(c.Text, l.width, indent)
	for i, line := range lines {
		text := strings.TrimLeft(line, " ")
		lines[i] = line[:len(line)-len(text)] + l.paint(c.Style, text)
	}
	return lines
}

func (l *Layout) paint(s Style, text string) string {
	if !l.colours {
		return text
	}
	return s.Paint(text)
}

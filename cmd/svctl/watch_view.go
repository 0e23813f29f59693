package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/table"
	"github.com/svloop/svloop/internal/terminal"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/printable"
)

// watchView turns an observation into the lines of a screen. It knows no terminal.
type watchView struct {
	host          string
	interval      time.Duration
	total         int // services that are watched
	failed        bool
	columns, rows int
	colours       bool

	first int // the first service that is shown
	page  int // how many services the last screen had
}

// press scrolls.
func (v *watchView) press(key terminal.Key) {
	switch key {
	case 'j', terminal.Down:
		v.first++
	case 'k', terminal.Up:
		v.first--
	case ' ', terminal.PageDown, terminal.CtrlF:
		v.first += v.page
	case 'b', terminal.PageUp, terminal.CtrlB:
		v.first -= v.page
	case 'g', terminal.Home:
		v.first = 0
	case 'G', terminal.End:
		v.first = v.total
	}
	v.first = max(0, v.first)
}

// A small window has no blank line, and a tiny one no titles.
const (
	smallWindow = 15
	tinyWindow  = 5
)

// screen returns at most as many lines as the screen has rows, none wider than its columns.
func (v *watchView) screen(o observation) []string {
	lines := v.head(o)
	if most := max(1, v.rows/3); len(lines) > most { // the counts matter more than the time
		lines = lines[1:min(len(lines), most+1)]
		last := len(lines) - 1
		lines[last] = strings.TrimRight(lines[last], ",:")
	}
	shown := o.services
	if v.failed {
		shown = onlyFailed(shown)
	}
	if v.rows >= smallWindow {
		lines = append(lines, "")
	}
	switch {
	case len(shown) > 0:
		layout := statusTable(shown, watched).Fit(v.columns, v.colours)
		if v.rows >= tinyWindow {
			lines = append(lines, v.titles(layout)...)
		}
		lines = append(lines, v.body(layout, shown, v.rows-len(lines))...)
	case o.services != nil:
		lines = append(lines, table.Wrap(noneFailed(v.total), v.columns, 0)...)
	}
	return lines[:min(len(lines), v.rows)]
}

func (v *watchView) titles(layout *table.Layout) []string {
	titles := layout.Titles()
	for i := range titles {
		titles[i] = v.paint(table.Title, titles[i])
	}
	return titles
}

// head returns the name of the host, the time, and how many services are in which state.
func (v *watchView) head(o observation) []string {
	at := ""
	if !o.at.IsZero() {
		at = "  " + o.at.Format(time.TimeOnly)
	}
	title, hint := table.Shorten(printable.Text(v.host), max(1, v.columns-len(at)))+at, "every "+v.interval.String()+", q quits"
	if blanks := v.columns - table.Width(title) - table.Width(hint); blanks >= 2 {
		title = v.paint(table.Title, title) + strings.Repeat(" ", blanks) + v.paint(table.Quiet, hint)
	} else {
		title = v.paint(table.Title, table.Shorten(title, v.columns))
	}
	counts := v.counts(o)
	if o.notice != "" {
		for _, line := range table.Wrap(printable.Text(o.notice), v.columns, 0) {
			counts = append(counts, v.paint(table.Warning, line))
		}
	}
	return append([]string{title}, counts...)
}

// counts returns how many services are in which state: "3 services, 1 not as expected: 2
// running, 1 failed". Lines are not broken between a number and its state.
func (v *watchView) counts(o observation) []string {
	parts := cells(printable.Count(v.total, "service"))
	if n := len(onlyFailed(o.services)); n > 0 {
		parts = append(parts, table.Cell{Text: fmt.Sprintf("%d not as expected", n), Style: table.Fault})
	}
	beforeStates := len(parts) - 1
	number := make(map[string]int)
	for _, r := range o.services {
		number[r.word()]++
	}
	for _, word := range stateWords {
		if n := number[word]; n > 0 {
			parts = append(parts, table.Cell{Text: fmt.Sprintf("%d %s", n, word)})
		}
	}
	lines, width := []string{""}, 0
	for i, part := range parts {
		separator := ","
		switch i {
		case len(parts) - 1:
			separator = ""
		case beforeStates:
			separator = ":"
		}
		n, last := table.Width(part.Text+separator), len(lines)-1
		switch {
		case n > v.columns:
			lines, width = append(lines, table.Wrap(part.Text+separator, v.columns, 0)...), v.columns
			continue
		case width > 0 && width+1+n > v.columns:
			lines, width, last = append(lines, ""), 0, last+1
		case width > 0:
			lines[last], width = lines[last]+" ", width+1
		}
		lines[last], width = lines[last]+v.paint(part.Style, part.Text)+separator, width+n
	}
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}

// stateWords are the words for states in the order in which they are counted.
var stateWords = []string{
	pidfile.Running.String(), pidfile.Starting.String(), lsb.NotRunning.String(), pidfile.Restarting.String(),
	pidfile.Failed.String(), pidfile.Dead.String(), pidfile.Stuck.String(), pidfile.Unknown.String(), asking,
}

// body returns the rows of the table that have room. If not all have, services that are not
// as expected come first, and the last line says how many services are not shown.
func (v *watchView) body(layout *table.Layout, shown []serviceStatus, room int) []string {
	order := make([]int, len(shown))
	for i := range order {
		order[i] = i
	}
	if _, all := v.fill(layout, order, room); all {
		v.first, v.page = 0, len(order)
		return v.rowsOf(layout, order)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case shown[a].AsExpected == shown[b].AsExpected:
			return 0
		case shown[b].AsExpected:
			return -1
		}
		return 1
	})
	room = max(0, room-1) // the last line
	backwards := slices.Clone(order)
	slices.Reverse(backwards)
	last, _ := v.fill(layout, backwards, room)
	v.first = min(v.first, len(order)-max(1, last))
	n, _ := v.fill(layout, order[v.first:], room)
	v.page = max(1, n)
	lines := v.rowsOf(layout, order[v.first:v.first+v.page])
	lines = lines[:min(len(lines), room)]
	return append(lines, v.paint(table.Quiet, v.hidden(v.first, len(order)-v.first-v.page)))
}

// hidden says how many services are not on the screen.
func (v *watchView) hidden(above, below int) string {
	text := fmt.Sprintf("… and %d more", below)
	switch {
	case above > 0 && below == 0:
		text = fmt.Sprintf("… %d more above", above)
	case above > 0:
		text = fmt.Sprintf("… %d more above, %d below", above, below)
	}
	if keys := text + " (j, k or arrows scroll)"; table.Width(keys) <= v.columns {
		text = keys
	}
	return table.Shorten(text, v.columns)
}

// fill returns how many of the rows fit into some lines, and whether all do.
func (v *watchView) fill(layout *table.Layout, order []int, room int) (n int, all bool) {
	for _, i := range order {
		if room -= len(layout.Row(i)); room < 0 {
			return n, false
		}
		n++
	}
	return n, true
}

func (v *watchView) rowsOf(layout *table.Layout, order []int) []string {
	var lines []string
	for _, i := range order {
		lines = append(lines, layout.Row(i)...)
	}
	return lines
}

func (v *watchView) paint(style table.Style, text string) string {
	if !v.colours {
		return text
	}
	return style.Paint(text)
}

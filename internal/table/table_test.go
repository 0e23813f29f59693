package table

import (
	"fmt"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/printable"
)

// services is a table like that of svctl status.
func services() *Table {
	t := New(
		Column{Title: "SERVICE", Shorten: true}, Column{Title: "STATE"}, Column{Title: "PID", Right: true, Drop: 2},
		Column{Title: "MEMORY", Right: true, Drop: 3}, Column{Title: "LAST EXIT", Drop: 1},
	)
	add := func(name, state, pid, memory, exit string, notes ...Cell) {
		t.Add(Row{Cells: []Cell{{Text: name}, {state, Good}, {Text: pid}, {Text: memory}, {Text: exit}}, Notes: notes})
	}
	add("web/frontend/checkout", "running", "7", "12.3M", "-")
	add("日本\n", "restarting", "-", "-", "exit status 3", Cell{"exit status 3, 7 restarts, next attempt in 4s", Warning})
	return t
}

func TestLines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		width int
		want  string
	}{
		{0, `
SERVICE                STATE       PID  MEMORY  LAST EXIT
web/frontend/checkout  running       7   12.3M  -
日本\n                 restarting    -       -  exit status 3
    exit status 3, 7 restarts, next attempt in 4s
`},
		{61, `
SERVICE                STATE       PID  MEMORY  LAST EXIT
web/frontend/checkout  running       7   12.3M  -
日本\n                 restarting    -       -  exit status 3
    exit status 3, 7 restarts, next attempt in 4s
`},
		{60, `
SERVICE               STATE       PID  MEMORY  LAST EXIT
web/front…d/checkout  running       7   12.3M  -
日本\n                restarting    -       -  exit status 3
    exit status 3, 7 restarts, next attempt in 4s
`},
		{52, `
SERVICE                STATE       PID  MEMORY
web/frontend/checkout  running       7   12.3M
日本\n                 restarting    -       -
    exit status 3, 7 restarts, next attempt in 4s
`},
		{40, `
SERVICE          STATE       PID  MEMORY
web/fro…heckout  running       7   12.3M
日本\n           restarting    -       -
    exit status 3, 7 restarts, next
    attempt in 4s
`},
		{30, `
SERVICE     STATE       MEMORY
web/…ckout  running      12.3M
日本\n      restarting       -
    exit status 3, 7 restarts,
    next attempt in 4s
`},
		{16, `
S…CE  STATE
w…ut  running
…\n   restarting
    exit status
    3, 7
    restarts,
    next attempt
    in 4s
`},
		{15, `
web/frontend/ch
eckout
  running
日本\n
  restarting
    exit status
    3, 7
    restarts,
    next
    attempt in
    4s
`},
	} {
		if got := "\n" + strings.Join(services().Fit(test.width, false).Lines(), "\n") + "\n"; got != test.want {
			t.Errorf("%d columns: got%swant%s", test.width, got, test.want)
		}
	}
}

// TestColours paints text and no blanks.
func TestColours(t *testing.T) {
	t.Parallel()
	got := strings.Join(services().Fit(0, true).Lines(), "\n")
	for _, want := range []string{"checkout  \x1b[32mrunning\x1b[0m       7", "    \x1b[33mexit status 3, 7 restarts, next attempt in 4s\x1b[0m"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
}

func TestLeast(t *testing.T) {
	t.Parallel()
	table := New(Column{Title: "CPU", Right: true, Least: 6}, Column{Title: "STATE", Least: 8}, Column{Title: "X"})
	table.Add(Row{Cells: []Cell{{Text: "1%"}, {Text: "up"}, {Text: "y"}}})
	if got, want := strings.Join(table.Fit(0, false).Lines(), "\n"), "   CPU  STATE     X\n    1%  up        y"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	if got := New(Column{Title: "A"}, Column{Title: "B", Right: true}).Fit(80, true).Lines(); len(got) != 1 || got[0] != "A  B" {
		t.Errorf("got %q", got)
	}
}

// FuzzTable looks for lines that are wider than the terminal, and for lost text: a column
// that may be neither dropped nor shortened, and the notes, are there in any width.
func FuzzTable(f *testing.F) {
	f.Add("web/日本", "restarting", "e\u0301 next attempt in 4s", "exit status 3", 40)
	f.Add("", "x", "👍🏽🇩🇪 \x1b[31m", "\xff", 1)
	f.Add(strings.Repeat("long", 100), "in state 150", "\u200d\ufe0f", "-", 7)
	f.Fuzz(func(t *testing.T, name, state, note, exit string, width int) {
		if width < 1 || width > 500 || len(name)+len(state)+len(note)+len(exit) > 2000 {
			t.Skip()
		}
		table := New(Column{Title: "NAME", Shorten: true}, Column{Title: "STATE"}, Column{Title: "N", Right: true, Drop: 2}, Column{Title: "EXIT", Drop: 1, Shorten: true})
		for i := range 2 {
			table.Add(Row{
				Cells: []Cell{{Text: name}, {state, Fault}, {Text: fmt.Sprint(i)}, {Text: exit}},
				Notes: []Cell{{note, Warning}},
			})
		}
		layout := table.Fit(width, false)
		lines := layout.Lines()
		for _, line := range lines {
			if got := Width(line); got > width {
				t.Errorf("a line has %d columns of %d: %q", got, width, line)
			}
		}
		if width < 2 {
			return // a wide character has no room
		}
		all := letters(strings.Join(lines, ""))
		for _, want := range []string{state, note} {
			if want = letters(printable.Text(want)); strings.Count(all, want) < 2 {
				t.Errorf("%q is not in each row of %q", want, lines)
			}
		}
		painted := strings.Join(table.Fit(width, true).Lines(), "\n")
		for _, sequence := range sequences {
			painted = strings.ReplaceAll(painted, sequence, "")
		}
		if painted = strings.ReplaceAll(painted, reset, ""); painted != strings.Join(lines, "\n") {
			t.Errorf("with colours: %q, without: %q", painted, lines)
		}
	})
}

// letters removes the blanks, at which lines are wrapped.
func letters(text string) string { return strings.ReplaceAll(text, " ", "") }

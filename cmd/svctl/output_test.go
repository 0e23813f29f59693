package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
)

func TestTable(t *testing.T) {
	t.Parallel()
	table := newTable("NAME", "STATE", "PID")
	table.row("a", printable.Raw(green+"running"+plain), "7")
	table.row("éé\n\x1b", "-", "12345")
	table.row("a-long-name", printable.Raw(red+"dead, pid file exists"+plain), "-")
	var got strings.Builder
	table.print(&got)
	want := `NAME         STATE                  PID
a            ` + green + `running` + plain + `                7
éé\n\x1b     -                      12345
a-long-name  ` + red + `dead, pid file exists` + plain + `  -
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestTableIsEmpty(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	newTable("A", "B").print(&got)
	if got.String() != "A  B\n" {
		t.Errorf("got %q", got.String())
	}
}

// TestPaint colours states only on a terminal, and only without NO_COLOR.
func TestPaint(t *testing.T) {
	t.Parallel()
	terminal := openTerminal(t)
	on := &invocation{stdout: terminal}
	for code, want := range map[lsb.Status]printable.Raw{
		0: green + "x" + plain, 3: yellow + "x" + plain, 1: red + "x" + plain, 4: red + "x" + plain, 150: red + "x" + plain,
	} {
		if got := on.paint(code, "x"); got != want {
			t.Errorf("%d: got %q, want %q", int(code), got, want)
		}
	}
	for name, s := range map[string]*invocation{
		"no terminal": {stdout: &output{}},
		"a pipe":      {stdout: openPipe(t)},
		"NO_COLOR":    {stdout: terminal, env: environment{"NO_COLOR=1"}},
	} {
		if got := s.paint(lsb.Running, "x"); got != "x" {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if got := (&invocation{stdout: terminal, env: environment{"NO_COLOR="}}).paint(lsb.Running, "x"); got == "x" {
		t.Error("an empty NO_COLOR does not count as none")
	}
}

// TestProgress writes a line that is erased at the end and before every other line.
func TestProgress(t *testing.T) {
	t.Parallel()
	const gone = "\r\x1b[K"
	var got strings.Builder
	p := &progress{to: &got}
	step := func(want string, f func()) {
		t.Helper()
		got.Reset()
		if f(); got.String() != want {
			t.Errorf("got %q, want %q", got.String(), want)
		}
	}
	step(gone+"starting a …", func() { p.begin("starting", "a") })
	step(gone+"starting a, web/b …", func() { p.begin("starting", "web/b") })
	step(gone+"starting web/b …", func() { p.end("a") })
	step(gone+"a: started\nstarting web/b …", func() { p.change(func() { got.WriteString("a: started\n") }) })
	step(gone, func() { p.end("web/b") })
	step(gone+"b: started\n", func() { p.change(func() { got.WriteString("b: started\n") }) })
	for i := range 20 {
		p.begin("stopping", fmt.Sprint("service", i))
	}
	step(gone+"stopping 19 services …", func() { p.end("service7") })
}

// TestProgressOnTerminal shows progress only on a terminal.
func TestProgressOnTerminal(t *testing.T) {
	t.Parallel()
	terminal := openTerminal(t)
	if p := (&invocation{options: &options{}, stderr: terminal}).newProgress(); p.to != terminal {
		t.Error("there is no progress on a terminal")
	}
	for name, s := range map[string]*invocation{
		"JSON":        {options: &options{json: true}, stderr: terminal},
		"no terminal": {options: &options{}, stderr: &output{}},
		"a pipe":      {options: &options{}, stderr: openPipe(t)},
	} {
		p := s.newProgress()
		if p.to != nil {
			t.Errorf("%s: there is progress", name)
		}
		said := false
		p.begin("starting", "a")
		p.change(func() { said = true })
		if p.end("a"); !said {
			t.Errorf("%s: a line of its own is lost", name)
		}
	}
}

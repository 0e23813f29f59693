package main

import (
	"fmt"
	"strings"
	"testing"
)

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

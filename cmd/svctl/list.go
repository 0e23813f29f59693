package main

import (
	"fmt"

	"github.com/svloop/svloop/internal/table"
	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// listReport is the answer to list in JSON; svctl(1) documents it.
type listReport struct {
	Entries []listedEntry `json:"entries"`
}

type listedEntry struct {
	Path     string              `json:"path"`
	Type     string              `json:"type"`           // service or supervisor
	Kind     servicedef.Kind     `json:"kind,omitempty"` // of a service
	Expected servicedef.Expected `json:"expected,omitempty"`
	Strategy servicedef.Strategy `json:"strategy,omitempty"` // of a supervisor
	Position string              `json:"position"`           // FILE:LINE:COL
	remarks
}

// listAction prints the groups and services of the configuration.
func listAction(s *invocation) int {
	entries, err := s.entries()
	if err != nil {
		return complain(s.stderr, err)
	}
	report := listReport{Entries: []listedEntry{}}
	remarks := s.newRemarks()
	for _, e := range entries {
		report.add(e, remarks)
	}
	switch {
	case s.json:
		return s.printJSON(report)
	case s.listing.names:
		for _, e := range report.Entries {
			printable.Fprintf(s.stdout, "%s\n", e.Path)
		}
	default:
		s.printList(report.Entries)
	}
	return int(lsb.Done)
}

// printList prints a table. On a terminal remarks have lines of their own.
func (s *invocation) printList(entries []listedEntry) {
	t := s.newTable(
		table.Column{Title: "NAME", Shorten: true}, table.Column{Title: "TYPE", Drop: 1}, table.Column{Title: "KIND", Drop: 2},
		table.Column{Title: "EXPECTED"}, table.Column{Title: "DEFINED AT", Shorten: true, Drop: 3},
	)
	onTerminal := isTerminal(s.stdout)
	for _, e := range entries {
		expected := orDash(string(e.Expected))
		var notes []table.Cell
		if onTerminal {
			notes = notesOf(table.Warning, e.parts())
		} else {
			expected += e.words()
		}
		t.Add(table.Row{Cells: cells(e.Path, e.Type, orDash(string(e.Kind)+string(e.Strategy)), expected, e.Position), Notes: notes})
	}
	s.printTable(t)
}

// cells returns cells in the default colour.
func cells(texts ...string) []table.Cell { return notesOf(table.Plain, texts) }

// notesOf returns texts in a colour.
func notesOf(style table.Style, texts []string) []table.Cell {
	all := make([]table.Cell, len(texts))
	for i, text := range texts {
		all[i] = table.Cell{Text: text, Style: style}
	}
	return all
}

func (r *listReport) add(e *servicedef.Entry, remarksOn func(*servicedef.Service) remarks) {
	listed := listedEntry{Path: e.Path, Type: "supervisor", Position: position(e.Pos)}
	if e.Service != nil {
		listed.Type, listed.Kind, listed.Expected = "service", e.Service.Kind(), e.Service.Expected
		listed.remarks = remarksOn(e.Service)
	} else {
		listed.Strategy, listed.Expected = e.Group.Strategy, e.Group.Expected
	}
	r.Entries = append(r.Entries, listed)
	for _, child := range e.Children {
		r.add(child, remarksOn)
	}
}

// position returns FILE:LINE:COL without quotes, for JSON.
func position(pos configgeneral.Pos) string {
	return fmt.Sprintf("%s:%d:%d", pos.File, pos.Line, pos.Col)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

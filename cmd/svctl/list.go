package main

import (
	"fmt"

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
		t := newTable("NAME", "TYPE", "KIND", "EXPECTED", "DEFINED AT")
		for _, e := range report.Entries {
			t.row(e.Path, e.Type, orDash(string(e.Kind)+string(e.Strategy)), orDash(string(e.Expected))+e.words(), e.Position)
		}
		t.print(s.stdout)
	}
	return int(lsb.Done)
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

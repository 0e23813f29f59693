package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/selftest"
	"github.com/svloop/svloop/internal/table"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
)

// selftestReport is the answer to selftest in JSON; svctl(1) documents it.
type selftestReport struct {
	Path    string        `json:"path"`
	OK      bool          `json:"ok"`
	Rows    []selftestRow `json:"rows"`
	LeftOut int           `json:"left_out,omitempty"`
	Text    string        `json:"text,omitempty"` // why the test stopped early
}

type selftestRow struct {
	Before   selftest.State `json:"before"`
	Action   string         `json:"action"`
	Argv     []string       `json:"argv,omitempty"`
	Expected []int          `json:"expected"`
	Code     *int           `json:"code,omitempty"` // nil: the command did not exit by itself
	OK       bool           `json:"ok"`
	Text     string         `json:"text,omitempty"` // what is wrong apart from the code
}

func newSelftestReport(path string, rows []selftest.Outcome, leftOut int, err error) selftestReport {
	report := selftestReport{Path: path, OK: err == nil, LeftOut: leftOut}
	if err != nil {
		report.Text = err.Error()
	}
	for _, o := range rows {
		row := selftestRow{Before: o.Before, Action: o.Action, Argv: o.Argv, Expected: o.Expect, OK: o.OK, Text: o.Problem}
		if o.Code != selftest.NoCode {
			row.Code = &o.Code
		}
		report.OK = report.OK && o.OK
		report.Rows = append(report.Rows, row)
	}
	return report
}

func (s *invocation) printSelftest(report selftestReport) int {
	if s.json {
		return s.printJSON(report)
	}
	t := s.newTable(
		table.Column{Title: "ROW", Drop: 1}, table.Column{Title: "BEFORE"}, table.Column{Title: "ACTION"},
		table.Column{Title: "EXPECTED", Drop: 2}, table.Column{Title: "FOUND", Drop: 3}, table.Column{Title: "RESULT"},
	)
	onTerminal := isTerminal(s.stdout)
	for i, row := range report.Rows {
		found := "-"
		if row.Code != nil {
			found = strconv.Itoa(*row.Code)
		}
		result, notes := row.result(onTerminal)
		t.Add(table.Row{
			Cells: append(cells(strconv.Itoa(i+1), string(row.Before), row.Action, codes(row.Expected), found), result),
			Notes: notes,
		})
	}
	s.printTable(t)
	printable.Fprintf(s.stdout, "%s: %s\n", report.Path, report.summary())
	return int(lsb.Done)
}

// result returns whether a row is right. On a terminal the reason has its own line.
func (row selftestRow) result(onTerminal bool) (result table.Cell, notes []table.Cell) {
	switch {
	case row.OK:
		return table.Cell{Text: "ok", Style: table.Good}, nil
	case row.Text == "":
		return table.Cell{Text: "WRONG", Style: table.Fault}, nil
	case onTerminal:
		return table.Cell{Text: "WRONG", Style: table.Fault}, notesOf(table.Fault, []string{row.Text})
	}
	return table.Cell{Text: "WRONG: " + row.Text, Style: table.Fault}, nil
}

// codes returns the list of correct codes, such as "0, 2 or 3".
func codes(all []int) string {
	var text strings.Builder
	for i, code := range all {
		switch {
		case i > 0 && i == len(all)-1:
			text.WriteString(" or ")
		case i > 0:
			text.WriteString(", ")
		}
		text.WriteString(strconv.Itoa(code))
	}
	return text.String()
}

// summary is the last line of the table.
func (r selftestReport) summary() string {
	differ := 0
	for _, row := range r.Rows {
		if !row.OK {
			differ++
		}
	}
	text := fmt.Sprintf("%d rows, all as LSB requires", len(r.Rows))
	switch {
	case differ == 1:
		text = fmt.Sprintf("1 of %d rows differs", len(r.Rows))
	case differ > 1:
		text = fmt.Sprintf("%d of %d rows differ", differ, len(r.Rows))
	}
	if r.LeftOut > 0 {
		text += fmt.Sprintf(", %d skipped", r.LeftOut)
	}
	return text
}

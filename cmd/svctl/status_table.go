package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/table"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
)

// printStatuses prints the table of status: for a person on a terminal, and else the table
// that scripts read.
func (s *invocation) printStatuses(all []serviceStatus) {
	if isTerminal(s.stdout) {
		s.printTable(statusTable(all, reported))
		return
	}
	t := s.newTable(table.Column{Title: "SERVICE"}, table.Column{Title: "STATE"}, table.Column{Title: "EXPECTED"},
		table.Column{Title: "PID"}, table.Column{Title: "UPTIME"}, table.Column{Title: "CPU"}, table.Column{Title: "MEMORY"})
	for _, r := range all {
		uptime, cpu, memory := "-", "-", "-"
		if r.Uptime > 0 {
			uptime = (time.Duration(r.Uptime) * time.Second).String()
			cpu = fmt.Sprintf("%.1f%%", r.CPU)
			memory = fmt.Sprintf("%.1f MiB", float64(r.Memory)/(1<<20))
		}
		row := cells(r.Path, r.inTable(r.Code, r.Reason), string(r.Expected), r.pid(), uptime, cpu, memory)
		row[1].Style = r.style()
		t.Add(table.Row{Cells: row})
	}
	s.printTable(t)
}

// The orders in which columns are dropped: EXPECTED, PID, UPTIME, CPU, MEMORY, RESTARTS,
// LAST EXIT.
var (
	reported = [7]int{4, 6, 7, 3, 5, 2, 1}
	watched  = [7]int{3, 2, 5, 7, 6, 4, 1} // what changes stays longer
)

// statusTable returns the table for a terminal. A service that is not as expected has a
// mark, so that the table can be read without colours. The columns of a table that is
// watched do not move.
func statusTable(all []serviceStatus, drop [7]int) *table.Table {
	marked, unmarked := "! ", "  "
	if drop != watched && !anyFailed(all) {
		unmarked = ""
	}
	columns := []table.Column{
		{Title: unmarked + "SERVICE", Shorten: true}, {Title: "STATE"},
		{Title: "EXPECTED", Drop: drop[0]}, {Title: "PID", Right: true, Drop: drop[1]},
		{Title: "UPTIME", Right: true, Drop: drop[2]}, {Title: "CPU", Right: true, Drop: drop[3]},
		{Title: "MEMORY", Right: true, Drop: drop[4]}, {Title: "RESTARTS", Right: true, Drop: drop[5]},
		{Title: "LAST EXIT", Drop: drop[6]},
	}
	if drop == watched {
		columns[1].Least, columns[4].Least, columns[5].Least = len("not running"), len("23h59m"), len("99.9%")
	}
	t := table.New(columns...)
	for _, r := range all {
		name, style := unmarked+r.Path, r.style()
		if !r.AsExpected {
			name = marked + r.Path
		}
		uptime, cpu, memory, restarts := "-", "-", "-", "-"
		if r.Uptime > 0 {
			uptime, cpu, memory = span(r.Uptime), percent(r.CPU), size(r.Memory)
		}
		if r.Restarts != nil {
			restarts = fmt.Sprint(*r.Restarts)
		}
		row := cells(name, r.word(), string(r.Expected), r.pid(), uptime, cpu, memory, restarts, orDash(r.LastExit))
		row[1].Style = style
		t.Add(table.Row{Cells: row, Notes: notesOf(style, r.explanation())})
	}
	return t
}

func anyFailed(all []serviceStatus) bool {
	return slices.ContainsFunc(all, func(r serviceStatus) bool { return !r.AsExpected })
}

func (r serviceStatus) pid() string {
	if len(r.PIDs) == 0 {
		return "-"
	}
	return fmt.Sprint(r.PIDs[0])
}

// style returns the colour of a state.
func (r serviceStatus) style() table.Style {
	if r.State == asking {
		return table.Quiet
	}
	return styleOf(r.AsExpected, r.Code, r.State, r.remarks)
}

// slow is a time after which a status command is remarkable.
const slow = 5 * time.Second

func styleOf(asExpected bool, code lsb.Status, state string, r remarks) table.Style {
	switch {
	case asExpected && code == lsb.NotRunning:
		return table.Quiet
	case asExpected:
		return table.Good
	case r.Supervisor != nil && !r.Supervisor.GaveUp.IsZero():
		return table.Fault
	case r.ByHand != nil, r.Supervisor != nil, code == lsb.Running, state == pidfile.Restarting.String():
		return table.Warning
	}
	return table.Fault
}

// word returns the state in one or two words.
func (r serviceStatus) word() string {
	if r.State == pidfile.Stopped.String() {
		return lsb.NotRunning.String()
	}
	return r.State
}

// explanation returns the details of a state that its word does not contain.
func (r serviceStatus) explanation() []string {
	var all []string
	word := r.word()
	reason, found := strings.CutPrefix(r.Reason, word)
	inner, inBrackets := strings.CutPrefix(reason, " (")
	after, colon := strings.CutPrefix(reason, ": ")
	switch {
	case found && reason == "":
	case found && inBrackets && strings.HasSuffix(inner, ")"):
		all = append(all, strings.TrimSuffix(inner, ")"))
	case found && colon:
		all = append(all, after)
	case r.Reason != "":
		all = append(all, r.Reason)
	}
	if r.waiting >= slow {
		all = append(all, "the status command has been running for "+span(r.waiting.Seconds()))
	}
	if r.tooOften != "" {
		all = append(all, r.tooOften)
	}
	return append(all, r.parts()...)
}

package main

import (
	"fmt"
	"strings"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/table"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// checkReport is the answer to check in JSON; svctl(1) documents it.
type checkReport struct {
	OK      bool           `json:"ok"`
	Entries []checkedEntry `json:"entries"`
}

type checkedEntry struct {
	Name     string         `json:"name"`
	Path     string         `json:"path"`
	OK       bool           `json:"ok"`
	Code     *lsb.Status    `json:"code,omitempty"` // of a service
	Text     string         `json:"text"`
	Children []checkedEntry `json:"children,omitempty"` // of a group
	remarks

	style table.Style
}

// checkAction compares services with their expected state. It prints the texts of
// simplevisor.
func checkAction(s *invocation) int {
	entries, err := s.entries()
	if err != nil {
		return complain(s.stderr, err)
	}
	services, err := s.services()
	if err != nil {
		return complain(s.stderr, err)
	}
	ctx, stop := interruptible()
	defer stop()
	found := make(map[string]control.Status, len(services))
	for i, status := range s.statuses(ctx, services) {
		found[services[i].Path] = status
		if status.Code == lsb.Unknown { // simplevisor's text has no reason
			s.log.Warn("%s: %s", services[i].Path, status.Detail)
		}
	}
	report := checkReport{OK: true, Entries: []checkedEntry{}}
	remarks := s.newRemarks()
	for _, e := range entries {
		checked := check(e, found, remarks)
		report.OK = report.OK && checked.OK
		report.Entries = append(report.Entries, checked)
	}
	switch {
	case s.acts.quiet:
	case s.json:
		if code := s.printJSON(report); code != 0 {
			return code
		}
	default:
		for _, e := range report.Entries {
			s.printChecked(e, 0)
		}
	}
	if !report.OK {
		return exitCode(ctx, int(lsb.Failed))
	}
	return exitCode(ctx, int(lsb.Done))
}

func check(e *servicedef.Entry, found map[string]control.Status, remarksOn func(*servicedef.Service) remarks) checkedEntry {
	if e.Service != nil {
		status := found[e.Path]
		ok, text := judge(e.Service, status)
		r := remarksOn(e.Service)
		return checkedEntry{
			Name: e.Name, Path: e.Path, OK: ok, Code: &status.Code, Text: text + r.text(), remarks: r,
			style: checkedStyle(ok, status, r),
		}
	}
	group := checkedEntry{Name: e.Name, Path: e.Path, OK: true, style: table.Good}
	for _, child := range e.Children {
		checked := check(child, found, remarksOn)
		group.OK = group.OK && checked.OK
		group.style = max(group.style, checked.style) // the worst
		group.Children = append(group.Children, checked)
	}
	group.Text = e.Name + ": OK, as expected"
	if !group.OK {
		group.Text = e.Name + ": WARNING, not expected"
	}
	return group
}

// judge compares the state of a service with the expected state.
func judge(s *servicedef.Service, found control.Status) (ok bool, text string) {
	ok = control.AsExpected(s, found.Code)
	if n := restarts(s, found); ok && n > s.MaxRestarts.Number {
		return false, fmt.Sprintf("%s: WARNING, running, %s", s.Name, oftenRestarted(n, s))
	}
	return ok, verdict(s, found.Code)
}

func oftenRestarted(n int, s *servicedef.Service) string {
	return fmt.Sprintf("restarted %s within %s", printable.Count(n, "time"), s.MaxRestarts.Within)
}

// restarts returns how often a running service was restarted within the time of its
// max_restarts.
func restarts(s *servicedef.Service, found control.Status) int {
	if s.MaxRestarts.Within == 0 || s.Expected != servicedef.Running || found.Record == nil {
		return 0
	}
	return found.Record.RestartsWithin(s.MaxRestarts.Within)
}

// verdict returns the text that simplevisor prints.
func verdict(s *servicedef.Service, code lsb.Status) string {
	ok := control.AsExpected(s, code)
	switch {
	case code == lsb.Running && ok:
		return s.Name + ": OK, running, as expected"
	case code == lsb.Running:
		return s.Name + ": WARNING, found running, not expected"
	case code == lsb.NotRunning && ok:
		return s.Name + ": OK, not running, as expected"
	case code == lsb.NotRunning:
		return s.Name + ": WARNING, not running, not expected"
	}
	return fmt.Sprintf("%s: WARNING, in \"dirty\" state: %d", s.Name, code)
}

// checkedStyle returns the colour of a verdict.
func checkedStyle(ok bool, found control.Status, r remarks) table.Style {
	if ok {
		return table.Good
	}
	return styleOf(false, found.Code, found.State.String(), r)
}

func (s *invocation) printChecked(e checkedEntry, level int) {
	verdict := strings.TrimPrefix(strings.TrimSuffix(e.Text, e.text()), e.Name+": ")
	s.printLabelled(2*level, e.Name, e.style, append([]string{verdict}, e.parts()...)...)
	for _, child := range e.Children {
		s.printChecked(child, level+1)
	}
}

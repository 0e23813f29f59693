package main

import (
	"slices"
	"time"

	"github.com/svloop/svloop/internal/servicelock"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// remarks is what a report adds to the state of a service: that it is held by hand, and
// what a supervisor is doing about it. They are part of the JSON of the reports.
type remarks struct {
	ByHand     *byHand      `json:"by_hand,omitempty"`
	Supervisor *supervision `json:"supervisor,omitempty"`

	hold, note string // in words
	word       string // the hold in few words
}

type byHand struct {
	State    servicedef.Expected `json:"state"`
	User     string              `json:"user"`
	SudoUser string              `json:"sudo_user,omitempty"`
	Since    time.Time           `json:"since"`
}

type supervision struct {
	Text        string    `json:"text"`
	Attempt     int       `json:"attempt,omitempty"`
	NextAttempt time.Time `json:"next_attempt,omitzero"`
	GaveUp      time.Time `json:"gave_up,omitzero"`
}

// newRemarks returns a function that returns the remarks on a service.
func (s *invocation) newRemarks() func(*servicedef.Service) remarks {
	view, identify := servicelock.Look(s.user()), s.identify()
	if view.Empty() {
		view.Close()
		return noRemarks
	}
	return func(service *servicedef.Service) (r remarks) {
		id := identify(service)
		if h, found := view.Held(id); found && h.Against(service.Expected) {
			r.ByHand = &byHand{h.State, h.User, h.SudoUser, h.Since.Truncate(time.Second)}
			r.hold, r.word = h.String(), h.Word()
		}
		// A supervisor leaves a held service alone, but may notice the hold only at the time
		// of the attempt that it has published.
		if n, found := view.Note(id); found && (r.ByHand == nil || !n.GaveUp.IsZero()) {
			r.note = n.String()
			r.Supervisor = &supervision{Text: r.note, Attempt: n.Attempt, NextAttempt: n.Next, GaveUp: n.GaveUp}
		}
		return r
	}
}

// noRemarks is for reports in the syntax of simplevisor, and if nothing was recorded.
func noRemarks(*servicedef.Service) remarks { return remarks{} }

// text returns all remarks, each after a comma.
func (r remarks) text() string {
	text := ""
	for _, part := range r.parts() {
		text += ", " + part
	}
	return text
}

// parts returns the remarks one by one.
func (r remarks) parts() []string {
	return slices.DeleteFunc([]string{r.note, r.hold}, func(part string) bool { return part == "" })
}

// words returns the remarks for a narrow column, each after a comma.
func (r remarks) words() string {
	r.hold = r.word
	return r.text()
}

// inTable returns the state of a service for a column of a table. What was done by hand
// replaces the state that it explains.
func (r remarks) inTable(code lsb.Status, reason string) string {
	switch {
	case r.note != "":
		return r.note
	case r.ByHand == nil:
		return reason
	case r.ByHand.State == servicedef.Stopped && code == lsb.NotRunning, r.ByHand.State == servicedef.Running && code == lsb.Running:
		return r.word
	}
	return reason + ", " + r.word
}

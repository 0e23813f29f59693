package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/servicedef"
)

// selected is a service that the arguments select.
type selected struct {
	*servicedef.Service
	byName bool // by its own name, not by a pattern, or as a member of a group or of all
}

// chosen is an entry that the arguments select.
type chosen struct {
	*servicedef.Entry
	byName bool // not by a pattern, and not as one of all
}

// choose returns the entries that the arguments name or match, each once, or all entries
// if there are no arguments.
func (s *invocation) choose() (all []chosen, err error) {
	if len(s.args) == 0 {
		for _, e := range s.config.Entries {
			all = append(all, chosen{e, false})
		}
		return all, nil
	}
	var wrong []error
	index := make(map[*servicedef.Entry]int)
	for _, name := range s.args {
		found, matched, err := s.config.Select(name)
		if err != nil {
			wrong = append(wrong, s.hintName(name, err))
			continue
		}
		for _, e := range found {
			if i, known := index[e]; known { // named twice
				all[i].byName = all[i].byName || !matched
				continue
			}
			index[e] = len(all)
			all = append(all, chosen{e, !matched})
		}
	}
	return all, errors.Join(wrong...)
}

// hintName explains to users of other tools how to name services.
func (s *invocation) hintName(name string, err error) error {
	_, missing := errors.AsType[*servicedef.NotFoundError](err)
	_, unmatched := errors.AsType[*servicedef.NoMatchError](err)
	if !missing && !unmatched {
		return err
	}
	if name == "all" {
		return &usageerror.Error{Text: err.Error(), Hint: "without a name, the action applies to all services: svctl " + s.action}
	}
	if h := s.hintValue(name); h != "" {
		return hint.With(err, h)
	}
	for _, suffix := range []string{".service", ":*"} { // of systemd, and of a group in supervisord
		if bare, found := strings.CutSuffix(name, suffix); found {
			if _, wrong := s.config.Find(bare); wrong == nil {
				return hint.With(err, fmt.Sprintf("did you mean %q?", bare))
			}
		}
	}
	return err
}

// entries returns the selected entries, without those in groups that are selected too.
func (s *invocation) entries() ([]*servicedef.Entry, error) {
	found, err := s.choose()
	inside := make(map[*servicedef.Entry]bool)
	for _, e := range found {
		group := servicedef.Config{Entries: e.Children}
		group.Walk(func(child *servicedef.Entry) { inside[child] = true })
	}
	var all []*servicedef.Entry
	for _, e := range found {
		if !inside[e.Entry] {
			all = append(all, e.Entry)
		}
	}
	return all, err
}

// services returns the services of the selected entries, each once.
func (s *invocation) services() ([]selected, error) {
	entries, err := s.choose()
	if err != nil {
		return nil, err
	}
	var all []selected
	index := make(map[string]int)
	for _, e := range entries {
		for _, service := range e.Services() {
			byName := e.Service != nil && e.byName
			if i, known := index[service.Path]; known {
				all[i].byName = all[i].byName || byName
				continue
			}
			index[service.Path] = len(all)
			all = append(all, selected{service, byName})
		}
	}
	return all, nil
}

func servicesOf(services []selected) []*servicedef.Service {
	all := make([]*servicedef.Service, len(services))
	for i, service := range services {
		all[i] = service.Service
	}
	return all
}

// one reports whether exactly one service was named.
func (s *invocation) one(all []selected) bool {
	return len(s.args) == 1 && len(all) == 1 && all[0].byName
}

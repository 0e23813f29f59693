package main

import (
	"errors"
	"slices"

	"github.com/svloop/svloop/pkg/servicedef"
)

// selected is a service that the arguments select.
type selected struct {
	*servicedef.Service
	byName bool // by its own name, not as a member of a group or of all
}

// entries returns the entries that the arguments name, or all entries if there are no
// arguments.
func (s *invocation) entries() ([]*servicedef.Entry, error) {
	if len(s.args) == 0 {
		return s.config.Entries, nil
	}
	var found []*servicedef.Entry
	var wrong []error
	for _, name := range s.args {
		e, err := s.config.Find(name)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		if !slices.Contains(found, e) { // named twice
			found = append(found, e)
		}
	}
	return found, errors.Join(wrong...)
}

// services returns the services of the selected entries, each once.
func (s *invocation) services() ([]selected, error) {
	entries, err := s.entries()
	if err != nil {
		return nil, err
	}
	var all []selected
	index := make(map[string]int)
	for _, e := range entries {
		for _, service := range e.Services() {
			byName := e.Service != nil && len(s.args) > 0
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

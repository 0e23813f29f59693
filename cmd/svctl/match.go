package main

import (
	"fmt"

	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/internal/table"
	"github.com/svloop/svloop/pkg/lsb"
)

// matchReport is the answer to match in JSON; svctl(1) documents it.
type matchReport struct {
	Services []matchedService `json:"services"`
}

type matchedService struct {
	Path      string        `json:"path"`
	Processes []processJSON `json:"processes"`
}

// matchAction lists the processes that match services now. It exits with 7 if no process
// matches.
func matchAction(s *invocation) int {
	services, err := s.services()
	if err != nil {
		return complain(s.stderr, err)
	}
	report := matchReport{Services: []matchedService{}}
	code := lsb.NotActive
	for _, service := range services {
		if !hasMatches(service.Service) {
			if service.byName {
				return complain(s.stderr, fmt.Errorf("service %q has no matching processes: a command reports its status", service.Path))
			}
			continue
		}
		found, err := s.control.Matches(service.Service)
		if err != nil {
			return s.check(fmt.Errorf("cannot find processes of service %q: %w", service.Path, err))
		}
		if len(found) > 0 {
			code = lsb.Done
		}
		report.Services = append(report.Services, matchedService{service.Path, processesJSON(found)})
	}
	if s.json {
		if failed := s.printJSON(report); failed != 0 {
			return failed
		}
		return int(code)
	}
	for _, service := range report.Services {
		for _, p := range service.Processes {
			s.printLabelled(0, fmt.Sprintf("%s: pid %d", service.Path, p.PID), table.Plain, shellquote.Show(p.Args))
		}
	}
	return int(code)
}

package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

func startAction(s *invocation) int {
	return s.act(servicedef.Start, "starting", s.control.Start)
}

func stopAction(s *invocation) int {
	return s.act(servicedef.Stop, "stopping", s.control.Stop)
}

func restartAction(s *invocation) int {
	return s.act(servicedef.Restart, "restarting", s.control.Restart)
}

// actionReport is the answer to an action in JSON; svctl(1) documents it.
type actionReport struct {
	Action   servicedef.Action `json:"action"`
	Code     lsb.Action        `json:"code"`
	Services []actionResult    `json:"services"`
}

type actionResult struct {
	Path     string     `json:"path"`
	Code     lsb.Action `json:"code"`
	Changed  bool       `json:"changed"`
	Skipped  bool       `json:"skipped,omitempty"`
	NotBegun bool       `json:"not_begun,omitempty"`
	Text     string     `json:"text"`
}

// act runs an action on all selected services, and exits with the first code that is not
// 0, in the order of the services. After a signal it starts no further service, and exits
// with 128 plus the number of the signal.
func (s *invocation) act(name servicedef.Action, doing string, do func(context.Context, *servicedef.Service) control.Outcome) int {
	services, err := s.services()
	if err != nil {
		return complain(s.stderr, err)
	}
	if s.dryRun {
		return s.rehearse(name, services)
	}
	ctx, stop := interruptible()
	defer stop()
	results := make([]actionResult, len(services))
	progress := s.newProgress()
	s.each(len(services), func(i int) {
		if name == servicedef.Stop { // later services may depend on earlier ones
			i = len(services) - 1 - i
		}
		service := services[i]
		results[i] = actionResult{Path: service.Path, Skipped: skip(name, service), Text: skippedText}
		switch {
		case results[i].Skipped:
		case ctx.Err() != nil:
			results[i].Code, results[i].NotBegun = lsb.Failed, true
			results[i].Text = fmt.Sprintf("not begun: %v", context.Cause(ctx))
		default:
			progress.begin(doing, service.Path)
			o := do(ctx, service.Service)
			results[i].Code, results[i].Changed, results[i].Text = o.Code, o.Changed, o.Text
			progress.end(service.Path)
		}
		if !s.json {
			progress.change(func() { s.say(results[i]) })
		}
	})
	report := actionReport{Action: name, Services: results}
	for _, r := range results {
		if report.Code == lsb.Done {
			report.Code = r.Code
		}
	}
	report.Code = lsb.Action(exitCode(ctx, int(report.Code)))
	if s.json {
		if code := s.printJSON(report); code != 0 {
			return code
		}
	}
	return int(report.Code)
}

const skippedText = "skipped, it is expected to be stopped"

// skip reports whether a service is skipped: it is expected to be stopped, and the user
// did not name it.
func skip(name servicedef.Action, service selected) bool {
	return name != servicedef.Stop && !service.byName && service.Expected == servicedef.Stopped
}

func (s *invocation) say(r actionResult) {
	if r.Code == lsb.Done {
		printable.Fprintf(s.stdout, "%s: %s\n", r.Path, r.Text)
		return
	}
	for line := range strings.SplitSeq(r.Text, "\n") {
		if strings.HasPrefix(line, "hint: ") {
			printable.Fprintf(s.stderr, "svctl: %s\n", line)
		} else {
			printable.Fprintf(s.stderr, "svctl: %s: %s\n", r.Path, line)
		}
	}
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/svloop/svloop/internal/ordering"
	"github.com/svloop/svloop/internal/pidfiles"
	policy "github.com/svloop/svloop/internal/supervision"
	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// applyAction does once what a supervisor does for a reload: it compares the configuration
// with the last applied one, stops removed services, starts new ones, restarts changed
// ones, and touches no other. If a supervisor runs, svctl asks it to do this.
func applyAction(s *invocation) int {
	if len(s.args) > 0 {
		return complain(s.stderr, wrong("apply takes no names: it compares whole configurations"))
	}
	supervised, err := s.supervisorPidFile(s.settings.Over(s.config.Settings))
	if err != nil {
		return complain(s.stderr, err)
	}
	if !s.dryRun && pidfiles.Supervisor.Probe(supervised).State.Alive() {
		return s.applySupervised(supervised)
	}
	before, err := s.applied()
	if err != nil {
		return s.check(err)
	}
	stops, starts := compare(before, s.config.Services())
	stopping, starting := ordering.For(servicedef.Stop, servicesOf(stops)), ordering.For(servicedef.Start, servicesOf(starts))
	if s.dryRun {
		return s.rehearseApply(stops, starts, stopping, starting)
	}
	ctx, end := interruptible()
	defer end()
	report := actionReport{Action: applying, Services: s.actOn(ctx, servicedef.Stop, stops, stopping)}
	report.Services = append(report.Services, s.actOn(ctx, servicedef.Start, starts, starting)...)
	code := s.reported(ctx, report)
	if code != int(lsb.Done) {
		printable.Fprintf(s.stderr, "svctl: the configuration is not completely applied: the next apply repeats what is left\n")
		return code
	}
	if len(report.Services) == 0 && !s.json && !s.acts.quiet {
		fmt.Fprintln(s.stdout, nothingChanged)
	}
	return s.check(s.recordApplied(configgeneral.Dump(s.config.Tree)))
}

// applySupervised asks the supervisor. Its log has the services that it acts on.
func (s *invocation) applySupervised(pidfile string) int {
	code := s.recordRequest(string(applying), pidfile, s.reloadSupervisor)
	if !s.json || code != int(lsb.Done) {
		return code
	}
	return s.printJSON(actionReport{Action: applying, Services: []actionResult{}})
}

// applying is the name of the action in its report.
const applying servicedef.Action = "apply"

// nothingChanged is the answer if apply has nothing to do.
const nothingChanged = "nothing has changed"

// compare returns the services that have to be stopped, by their old definitions, and
// those that have to be started. A service with other commands is in both.
func compare(before, now []*servicedef.Service) (stops, starts []selected) {
	old := make(map[string]*servicedef.Service)
	for _, service := range before {
		old[service.Path] = service
	}
	stopped := make(map[string]bool)
	for _, service := range now {
		was := old[service.Path]
		delete(old, service.Path)
		restarts := was != nil && policy.Changed(was, service)
		changed := was == nil || restarts || was.Expected != service.Expected
		if changed && service.Expected == servicedef.Running {
			starts = append(starts, selected{Service: service})
		}
		stopped[service.Path] = restarts || was != nil && changed && service.Expected == servicedef.Stopped
	}
	for _, service := range before {
		if _, gone := old[service.Path]; gone || stopped[service.Path] {
			stop := *service
			stop.Expected = servicedef.Stopped // so this is no stop by hand
			stops = append(stops, selected{Service: &stop})
		}
	}
	return stops, starts
}

// applied returns the services of the configuration that was applied last in this boot.
func (s *invocation) applied() ([]*servicedef.Service, error) {
	dir, name, err := s.runtimeFile("applied", ".json")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	text, err := dir.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read what was applied last: %w", err)
	}
	c, err := servicedef.Load(name, servicedef.JSON, oneFile{text: text})
	if err != nil {
		return nil, fmt.Errorf("cannot read what was applied last: %w", err)
	}
	return c.Services(), nil
}

// recordApplied records the tree of a configuration as the one that was applied last. It
// is valid until the next boot, after which no service runs.
func (s *invocation) recordApplied(tree []byte) error {
	dir, name, err := s.runtimeFile("applied", ".json")
	if err != nil {
		return err
	}
	defer dir.Close()
	fresh := name + ".new"
	f, err := dir.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("cannot record what was applied: %w", err)
	}
	_, err = f.Write(tree)
	if err = errors.Join(err, f.Close()); err == nil {
		err = dir.Rename(fresh, name)
	}
	if err != nil {
		_ = dir.Remove(fresh)
		return fmt.Errorf("cannot record what was applied: %w", err)
	}
	return nil
}

// oneFile is the text of a configuration that includes no other file.
type oneFile struct {
	configgeneral.OSFiles
	text []byte
}

// ReadFile returns the text.
func (f oneFile) ReadFile(string) ([]byte, error) { return f.text, nil }

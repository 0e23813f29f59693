package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/svloop/svloop/internal/atomicfile"
	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/exitstatus"
	"github.com/svloop/svloop/internal/exposition"
	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/matching"
	"github.com/svloop/svloop/internal/resources"
	"github.com/svloop/svloop/internal/supervisor"
	"github.com/svloop/svloop/internal/version"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// metricsTimeout is the time limit of metrics without --timeout: metrics are usually
// collected every minute.
const metricsTimeout = 30 * time.Second

// metricsAction prints metrics for Prometheus, or writes them to a file. A configuration
// that is not valid is reported as for other actions, and by a metric: without metrics,
// old ones would remain, or no alert would fire.
func metricsAction(s *invocation) int {
	m := newMetrics()
	m.build.Add(1, exposition.Label{Name: "version", Value: version.Text()})
	m.configTime.Add(seconds(time.Now()))
	s.timeout = cmp.Or(s.timeout, metricsTimeout)
	code := lsb.Done
	if err := s.open(); err != nil {
		code = lsb.Action(complain(s.stderr, err))
	} else {
		defer s.log.close()
	}
	m.configOK.Add(truth(code == lsb.Done))
	ctx, stop := interruptible()
	defer stop()
	if code == lsb.Done {
		s.measure(ctx, m)
	}
	if ctx.Err() != nil { // some states are not known
		return exitCode(ctx, int(lsb.Failed))
	}
	if err := s.writeMetrics(exposition.Text(m.all...)); err != nil {
		return s.failed(err)
	}
	return int(code)
}

func (s *invocation) writeMetrics(text string) error {
	if s.output == "" || s.output == "-" {
		_, err := io.WriteString(s.stdout, text)
		return err
	}
	if err := atomicfile.Write(s.output, []byte(text), 0o644); err != nil {
		return hint.ToWrite(fmt.Errorf("cannot write metrics: %w", err))
	}
	return nil
}

// measure adds the metrics of all services and of the supervisor.
func (s *invocation) measure(ctx context.Context, m *metrics) {
	var services []selected
	for _, service := range s.config.Services() {
		services = append(services, selected{Service: service})
	}
	m.configServices.Add(float64(len(services)))
	states, late := s.statusesInTime(ctx, services)
	if errors.Is(late, errLate) {
		fmt.Fprintf(s.stderr, "svctl: %s\n", unanswered(late))
	}
	remarks := s.newRemarks()
	processes, err := resources.Next(nil)
	if err != nil { // the metrics of processes are left out
		s.log.Warn("%v", err)
	}
	for i, found := range states {
		m.service(services[i].Service, found, remarks(services[i].Service))
		if processes != nil {
			m.processes(services[i].Service, found, processes)
		}
	}
	m.supervision(s.probeSupervisor())
}

// states are the values of the label "state".
var states = []pidfile.State{
	pidfile.Running, pidfile.Starting, pidfile.Restarting, pidfile.Dead,
	pidfile.Failed, pidfile.Stopped, pidfile.Stuck, pidfile.Unknown,
}

// service adds the metrics of a service. What is not known has no sample.
func (m *metrics) service(s *servicedef.Service, found control.Status, r remarks) {
	label := exposition.Label{Name: "service", Value: s.Path}
	ok, _ := judge(s, found)
	if found.State != pidfile.Unknown && found.State != pidfile.Stuck {
		m.up.Add(truth(found.Code == lsb.Running), label)
	}
	m.expected.Add(truth(s.Expected == servicedef.Running), label)
	m.asExpected.Add(truth(ok), label)
	for _, state := range states {
		m.state.Add(truth(state == found.State), label, exposition.Label{Name: "state", Value: state.String()})
	}
	m.held.Add(truth(r.ByHand != nil), label)
	if p := found.Record; p != nil {
		m.restarts.Add(float64(p.Restarts()), label)
		if found.State.Alive() {
			m.ready.Add(truth(p.Ready), label)
		}
		if code, signal, ok := exitstatus.Parse(p.LastExit); ok {
			m.lastExit.Add(float64(code), label)
			m.lastSignal.Add(float64(signal), label)
		}
		if !p.LastExitTime.IsZero() {
			m.lastTime.Add(seconds(p.LastExitTime), label)
		}
	}
}

// processes adds the metrics of the processes of a service that runs. The processor time is
// that of the main process: the sum of a tree would get less when a process of it exits.
func (m *metrics) processes(s *servicedef.Service, found control.Status, table *resources.Reading) {
	if found.Code != lsb.Running || len(found.PIDs) == 0 {
		return
	}
	label := exposition.Label{Name: "service", Value: s.Path}
	if tree, ok := table.Tree(found.PIDs, found.Svloop); ok {
		m.tree.Add(float64(tree.Processes), label)
		m.memory.Add(float64(tree.Memory), label)
	}
	if u, ok := matching.UsageOf(found.PIDs[0]); ok {
		m.started.Add(seconds(u.Started), label)
		m.processor.Add(u.Processor.Seconds(), label)
	}
}

// supervision adds the metrics of the supervisor. Only its user and root get those that it
// publishes.
func (m *metrics) supervision(found pidfile.Status) {
	if found.State != pidfile.Unknown && found.State != pidfile.Stuck {
		m.supervisor.Add(truth(found.State.Alive()))
	}
	r := found.Record()
	if r == nil || !found.State.Alive() {
		return
	}
	m.supervisorStarted.Add(seconds(r.Started))
	for name, metric := range map[string]*exposition.Metric{
		supervisor.Managed: m.managed, supervisor.AsExpected: m.managedOK, supervisor.Cycles: m.cycles,
		supervisor.Repairs: m.repairs, supervisor.FailedRepairs: m.failedRepairs, supervisor.Reloads: m.reloads,
	} {
		if n, published := r.Counts[name]; published { // not by an earlier version
			metric.Add(float64(n))
		}
	}
	if at, published := r.Counts[supervisor.LastCycle]; published {
		m.lastCycle.Add(seconds(time.UnixMilli(at)))
	}
	if failed, published := r.Counts[supervisor.FailedReload]; published {
		m.reloadOK.Add(truth(failed == 0))
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// seconds returns a time in seconds since the epoch, with milliseconds.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func (o *options) checkMetrics() error {
	if len(o.args) > 0 {
		return wrong("metrics takes no names: it measures all services of the configuration")
	}
	return nil
}

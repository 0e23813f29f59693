package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/svloop/svloop/internal/nagios"
	"github.com/svloop/svloop/pkg/printable"
)

// answerPlugin carries out "svctl check --plugin" and returns the state as the exit
// status. Whatever happens, standard output has a result in time, and standard error has
// nothing: some monitoring systems read only the former, and others both as one.
func (s *invocation) answerPlugin(d *delivery) int {
	if s.help || s.manual || s.version {
		s.answer(d)
		return int(nagios.Unknown) // as the plugins of the Monitoring Plugins project
	}
	said := &messages{}
	s.stderr = said
	if s.timeout == 0 {
		s.timeout = pluginTimeout
	}
	results := make(chan nagios.Result, 1)
	go func() { results <- s.pluginResult() }()
	var r nagios.Result
	select {
	case r = <-results:
	case <-time.After(s.timeout): // a file system may never answer
		r = unknown(fmt.Sprintf("no answer within %s", s.timeout))
	}
	r.Long = append(r.Long, said.lines()...)
	return printResult(d.to, r)
}

// pluginTitle is the name of the plugin in its output.
const pluginTitle = "SVCTL"

func unknown(text string) nagios.Result {
	return nagios.Result{Service: pluginTitle, State: nagios.Unknown, Text: text}
}

// failedResult is the result for an error that prevents a check.
func failedResult(err error) nagios.Result {
	first, rest, more := strings.Cut(err.Error(), "\n")
	r := unknown(first)
	if more {
		r.Long = strings.Split(rest, "\n")
	}
	if h := hintOf(err); h != "" {
		r.Long = append(r.Long, "hint: "+h)
	}
	return r
}

// printResult returns the exit status: UNKNOWN also if the reader of the result is gone.
func printResult(to io.Writer, r nagios.Result) int {
	surviveClosedPipe()
	if _, err := io.WriteString(to, r.String()); err != nil {
		return int(nagios.Unknown)
	}
	return int(r.State)
}

// pluginResult checks the selected services.
func (s *invocation) pluginResult() nagios.Result {
	if err := s.open(); err != nil {
		return failedResult(err)
	}
	defer s.log.close()
	services, err := s.services()
	switch {
	case err != nil:
		return failedResult(err)
	case len(services) == 0: // the wrong file may have been read
		return unknown(fmt.Sprintf("no service is defined in %s", s.config.Name))
	}
	ctx, stop := interruptible()
	defer stop()
	states, late := s.statusesInTime(ctx, services)
	remarks := s.newRemarks()
	verdicts := make([]pluginVerdict, len(services))
	for i, found := range states {
		verdicts[i] = s.plugin.judge(services[i].Service, found)
		verdicts[i].text += remarks(services[i].Service).text()
	}
	r := combine(verdicts)
	if late != nil {
		r.Long = append([]string{unanswered(late)}, r.Long...)
	}
	return r
}

// combine returns the result for all services: the state of the worst, and the problems
// before the rest.
func combine(all []pluginVerdict) nagios.Result {
	r := nagios.Result{Service: pluginTitle}
	count := make(map[nagios.State]int)
	for _, v := range all {
		count[v.state]++
		r.State = nagios.Worse(r.State, v.state)
		r.Details = append(r.Details, v.perf...)
	}
	if len(all) == 1 {
		r.Text, r.Perf, r.Details = all[0].text, r.Details, nil
		return r
	}
	none, most := 0.0, float64(len(all))
	var problems []string
	for _, state := range []nagios.State{nagios.Critical, nagios.Warning, nagios.Unknown, nagios.OK} {
		label := strings.ToLower(state.String())
		r.Perf = append(r.Perf, nagios.Perf{Label: label, Value: float64(count[state]), Min: &none, Max: &most})
		for _, v := range all {
			if v.state != state {
				continue
			}
			r.Long = append(r.Long, fmt.Sprintf("[%s] %s", state, v.text))
			if state != nagios.OK {
				problems = append(problems, v.text)
			}
		}
	}
	r.Text = printable.Count(len(all), "service") + " as expected"
	if len(problems) > 0 {
		r.Text = fmt.Sprintf("%d of %s not OK: %s", len(problems), printable.Count(len(all), "service"), strings.Join(problems, " / "))
	}
	return r
}

// messages is standard error of a plugin: its lines become part of the result.
type messages struct {
	mu   sync.Mutex
	text strings.Builder
}

// maxMessages is more than a result has room for.
const maxMessages = 2 * nagios.MaxOutput

func (m *messages) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.text.Len() < maxMessages {
		m.text.Write(p)
	}
	return len(p), nil
}

func (m *messages) lines() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.FieldsFunc(m.text.String(), func(r rune) bool { return r == '\n' })
}

package ordering

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// services makes services from words such as "web:db,cache", with those that they are
// after behind the colon. A name in parentheses is not one of those that are acted on.
func services(text string) []*servicedef.Service {
	known := make(map[string]*servicedef.Service)
	named := func(name string) *servicedef.Service {
		if known[name] == nil {
			known[name] = &servicedef.Service{Path: name}
		}
		return known[name]
	}
	var all []*servicedef.Service
	for word := range strings.FieldsSeq(text) {
		name, others, _ := strings.Cut(strings.Trim(word, "()"), ":")
		s := named(name)
		for other := range strings.SplitSeq(others, ",") {
			if other != "" {
				s.After = append(s.After, named(other))
			}
		}
		if !strings.HasPrefix(word, "(") {
			all = append(all, s)
		}
	}
	return all
}

func TestSteps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ services, start, stop, restart string }{
		{"", "", "", ""},
		{"a b c", "a b c", "c b a", "restart a, restart b, restart c"},
		{"a:b b", "b a", "a b", "stop a, stop b, start b, start a"},
		{"a b:a", "a b", "b a", "stop b, stop a, start a, start b"},
		{"a:c b c d", "b c a d", "d a c b", "stop a, stop c, restart b, start c, start a, restart d"},
		{"a:b,c b:d c:d d", "d b c a", "a c b d", "stop a, stop c, stop b, stop d, start d, start b, start c, start a"},
		{"a:b (b:c) c", "c a", "a c", "stop a, stop c, start c, start a"},
		{"a:b (b)", "a", "a", "restart a"},
	} {
		all := services(test.services)
		for action, want := range map[servicedef.Action]string{
			servicedef.Start:   prefixed("start ", test.start),
			servicedef.Stop:    prefixed("stop ", test.stop),
			servicedef.Restart: test.restart,
		} {
			var got []string
			for _, step := range For(action, all).Steps {
				got = append(got, fmt.Sprint(step.Action, " ", all[step.Index].Path))
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%s of %q: got %q, want %q", action, test.services, strings.Join(got, ", "), want)
			}
		}
	}
}

// prefixed turns words into steps.
func prefixed(action, names string) string {
	words := strings.Fields(names)
	for i := range words {
		words[i] = action + words[i]
	}
	return strings.Join(words, ", ")
}

// TestLast marks the last step of each service, and no other.
func TestLast(t *testing.T) {
	t.Parallel()
	var got []string
	all := services("a b:a c")
	for _, step := range For(servicedef.Restart, all).Steps {
		got = append(got, fmt.Sprint(step.Action, " ", all[step.Index].Path, " ", step.Last))
	}
	if got, want := strings.Join(got, ", "), "stop b false, stop a false, start a true, start b true, restart c true"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRun has each step take a second of the fake clock, and looks how long all take: a step that waits
// for others keeps no place from those that do not.
func TestRun(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		services string
		action   servicedef.Action
		jobs     int
		seconds  int
	}{
		{"a b c d", servicedef.Start, 1, 4},
		{"a b c d", servicedef.Start, 3, 2},
		{"a b c d", servicedef.Start, 8, 1},
		{"a b:a c:b d:c", servicedef.Start, 8, 4},
		{"a b:a c:a d:b,c", servicedef.Start, 8, 3},
		{"a b:a c:b d e f", servicedef.Start, 2, 3},
		{"a:d b:d c:d d", servicedef.Start, 8, 2},
		{"a:d b:d c:d d", servicedef.Stop, 8, 2},
		{"a:d b:d c:d d", servicedef.Restart, 8, 4},
		{"a:d b:d c:d d", servicedef.Restart, 1, 8},
	} {
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			For(test.action, services(test.services)).Run(test.jobs, func(Step) { time.Sleep(time.Second) })
			if got := int(time.Since(begin) / time.Second); got != test.seconds {
				t.Errorf("%s of %q by %d: took %d s, want %d", test.action, test.services, test.jobs, got, test.seconds)
			}
		})
	}
}

// TestRandom holds Run to its promises for any order: each step is done once, after
// those of the services that it is after (or before them, for a stop), and no more at
// a time than allowed.
func TestRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 0))
		all := make([]*servicedef.Service, random.IntN(30))
		for i := range all {
			all[i] = &servicedef.Service{}
		}
		for _, i := range random.Perm(len(all)) { // in an order that is not the list's
			for j, other := range all {
				if j != i && len(other.After) == 0 && random.IntN(8) == 0 {
					all[i].After = append(all[i].After, other)
				}
			}
		}
		action := []servicedef.Action{servicedef.Start, servicedef.Stop, servicedef.Restart}[seed%3]
		p := For(action, all)
		for _, jobs := range []int{1, 1 + random.IntN(5), 100} {
			check(t, fmt.Sprintf("seed %d, %s by %d", seed, action, jobs), p, jobs)
		}
	}
}

func check(t *testing.T, what string, p *Plan, jobs int) {
	t.Helper()
	type event struct {
		step  Step
		begin bool
	}
	var mu sync.Mutex
	var log []event
	running := 0
	p.Run(jobs, func(s Step) {
		mu.Lock()
		log = append(log, event{s, true})
		running++
		if running > jobs {
			t.Errorf("%s: %d steps at a time", what, running)
		}
		mu.Unlock()
		mu.Lock()
		defer mu.Unlock()
		log = append(log, event{s, false})
		running--
	})
	if len(log) != 2*len(p.Steps) {
		t.Fatalf("%s: %d steps were done, want %d", what, len(log)/2, len(p.Steps))
	}
	place := func(s Step, begin bool) int { return slices.Index(log, event{s, begin}) }
	for _, s := range p.Steps {
		for _, other := range p.Steps {
			behind := slices.Contains(p.After[s.Index], other.Index) && s.Action != servicedef.Stop && other.Action != servicedef.Stop ||
				slices.Contains(p.After[other.Index], s.Index) && s.Action == servicedef.Stop && other.Action == servicedef.Stop ||
				s.Index == other.Index && s.Action == servicedef.Start && other.Action == servicedef.Stop
			if behind && place(s, true) < place(other, false) {
				t.Errorf("%s: %v began before %v was done", what, s, other)
			}
		}
	}
	if jobs > 1 {
		return
	}
	for i, s := range p.Steps {
		if log[2*i].step != s {
			t.Errorf("%s: step %d was %v, want %v", what, i, log[2*i].step, s)
		}
	}
}

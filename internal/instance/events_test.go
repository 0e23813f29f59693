package instance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/output"
	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/internal/spawn"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// happening is an event at a time after the start of a run.
type happening struct {
	at    time.Duration
	pid   int // the main process that exits
	event event
}

// actors is a fake of [processes]. The main process of the first run has pid 100, that of
// the next 101. Each run is a text of events, such as
//
//	1s READY=1, 3s exit 2, 4s signal 9, 5s of 7 exit 0, 6s ready, 7s closed
//
// "adopted" or "refused" as the first word sets the kind of start, "stuck" makes the run
// impossible to stop, and "flood" sends messages without end.
type actors struct {
	runs   []string
	asleep [2]time.Duration // svloop is stopped between these times, as by SIGSTOP
	trace  func(format string, args ...any)
	born   time.Time

	count   int
	begun   time.Time
	main    int
	words   []string
	pending []happening
}

func (a *actors) start(context.Context) (started, error) {
	text := a.runs[min(a.count, len(a.runs)-1)]
	a.main, a.begun, a.words, a.pending = 100+a.count, time.Now(), nil, nil
	a.count++
	for part := range strings.SplitSeq(text, ", ") {
		word, rest, _ := strings.Cut(part, " ")
		at, err := time.ParseDuration(word)
		if err != nil {
			a.words = append(a.words, part)
			continue
		}
		h := happening{at: at, pid: a.main}
		if of, found := strings.CutPrefix(rest, "of "); found {
			word, rest, _ = strings.Cut(of, " ")
			h.pid, _ = strconv.Atoi(word)
		}
		word, rest, _ = strings.Cut(rest, " ")
		n, _ := strconv.Atoi(rest)
		switch word {
		case "exit":
			h.event = reaper.End{Status: unix.WaitStatus(n << 8), Known: true}
		case "signal":
			h.event = reaper.End{Status: unix.WaitStatus(n), Known: true}
		case "lost":
			h.event = reaper.End{}
		case "ready":
			h.event = readyResult{}
		case "closed":
			h.event = readyResult{errors.New("the descriptor was closed")}
		default:
			h.event = sdnotify.Parse(strings.ReplaceAll(word, ";", "\n"))
		}
		a.pending = append(a.pending, h)
	}
	switch {
	case a.is("refused"):
		return started{}, &spawn.Error{Step: "execute", Name: "prog", Err: spawn.ErrNotFound}
	case a.is("left"):
		return started{}, &leftRunning{processes: proctree.Table{{PID: 55, Comm: "worker"}}}
	}
	return started{main: a.main, adopted: a.is("adopted"), first: a.count == 1}, nil
}

func (a *actors) is(word string) bool { return slices.Contains(a.words, word) }

func (a *actors) next(ctx context.Context, until time.Time) (event, bool) {
	for {
		if e, found := a.happened(); found {
			return e, true
		}
		if ctx.Err() != nil || !until.IsZero() && !time.Now().Before(until) {
			return nil, false
		}
		a.wait(ctx, until)
	}
}

func (a *actors) wait(ctx context.Context, until time.Time) {
	for _, h := range a.pending {
		if at := a.begun.Add(h.at); at.After(time.Now()) && (until.IsZero() || at.Before(until)) {
			until = at
		}
	}
	if until.IsZero() {
		until = time.Now().Add(1000 * time.Hour)
	}
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	if since := time.Since(a.born); since > a.asleep[0] && since < a.asleep[1] {
		time.Sleep(a.asleep[1] - since)
	}
}

// happened returns the next of the pending events, in the order of [tree.pending].
func (a *actors) happened() (event, bool) {
	if a.is("flood") {
		time.Sleep(time.Millisecond)
		return sdnotify.Message{Watchdog: true}, true
	}
	rank := func(e event) int {
		return slices.Index([]string{"sdnotify.Message", "instance.readyResult", "reaper.End"}, fmt.Sprintf("%T", e))
	}
	best := -1
	for i, h := range a.pending {
		_, isExit := h.event.(reaper.End)
		if time.Since(a.begun) >= h.at && (!isExit || h.pid == a.main) && (best < 0 || rank(h.event) < rank(a.pending[best].event)) {
			best = i
		}
	}
	if best < 0 {
		return nil, false
	}
	e := a.pending[best].event
	a.pending = slices.Delete(a.pending, best, best+1)
	if m, ok := e.(sdnotify.Message); ok && m.MainPID != 0 {
		if m.MainPID > 10 { // not a descendant
			m.MainPID = 0
		} else {
			a.main = m.MainPID
		}
		e = m
	}
	return e, true
}

func (a *actors) stop(which scope) error {
	a.trace("stop %s", [...]string{"the rest", "the run", "everything"}[which])
	if a.is("slow") {
		time.Sleep(5 * time.Second)
	}
	if a.is("stuck") {
		return proctree.ErrStillAlive
	}
	return nil
}

func (a *actors) end(bool) {}

// played is a test of the events of an instance.
type played struct {
	name   string
	args   string   // options of svloop
	runs   []string // see actors; the last run is repeated
	quit   time.Duration
	asleep [2]time.Duration
	want   []string // the published states and the stops, with their times
	code   Code
	text   string // text of the last outcome
}

// newPlay returns an instance whose processes are actors, its published states and stops,
// and its log.
func newPlay(t *testing.T, test played) (in *instance, trace *[]string, log *bytes.Buffer) {
	t.Helper()
	born := time.Now()
	trace, log = new([]string), new(bytes.Buffer)
	note := func(format string, args ...any) {
		*trace = append(*trace, time.Since(born).String()+" "+fmt.Sprintf(format, args...))
	}
	o, err := cmdline.Parse(append(strings.Fields(test.args), "prog"))
	check(t, err)
	o.KillSpec, err = proctree.ParseSchedule("KILL")
	check(t, err)
	in = &instance{
		options: o, log: output.NewLog("svloop", "", log, false), watch: func() {},
		processes: &actors{runs: test.runs, asleep: test.asleep, trace: note, born: born},
	}
	streams, err := output.Open(output.Config{}, in.log)
	check(t, err)
	in.streams.Store(streams)
	in.public.publish = func(r pidfile.Record) error {
		switch {
		case r.Stopping:
			note("stopping")
		case r.Program == 0 && r.LastFailed:
			note("failed")
		case r.Runs == 0 && r.LastExit == "": // before the first run
		case r.Program == 0:
			note("pausing")
		case r.Ready:
			note("ready %d", r.Program)
		default:
			note("starting %d", r.Program)
		}
		return nil
	}
	return in, trace, log
}

// perform runs an instance until its loop returns.
func perform(t *testing.T, test played) (trace []string, last outcome, log string) {
	t.Helper()
	in, did, text := newPlay(t, test)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	in.stop = cancel
	if test.quit > 0 {
		time.AfterFunc(test.quit, func() { cancel(asked{"asked"}) })
	}
	last = in.loop(ctx)
	_ = in.stopTree(context.Cause(ctx))
	in.enter(over, nil)
	return *did, last, text.String()
}

func TestOrderOfEvents(t *testing.T) {
	t.Parallel()
	const notify = "-c 1 --ready notify --ready-timeout 5 "
	tests := []played{
		// The start.
		{name: "an exit before it is ready", args: notify, runs: []string{"1s exit 3"},
			want: []string{"0s starting 100", "1.02s failed"}, code: 3, text: "the program exited before it was ready: exit status 3"},
		{name: "a success before it is ready", args: notify, runs: []string{"1s exit 0"},
			want: []string{"0s starting 100", "1.02s failed"}, code: 1, text: "the program exited before it was ready: exit status 0"},
		{name: "ready and an exit at once", args: notify, runs: []string{"1s exit 0, 1s READY=1"},
			want: []string{"0s starting 100", "1s ready 100", "1.02s pausing"}, text: "exit status 0"},
		{name: "ready in the last words", args: notify, runs: []string{"1s exit 0, 1.01s READY=1"},
			want: []string{"0s starting 100", "1.01s ready 100", "1.02s pausing"}, text: "exit status 0"},
		{name: "ready after the last words", args: notify, runs: []string{"1s exit 0, 1.03s READY=1"},
			want: []string{"0s starting 100", "1.02s failed"}, code: 1, text: "the program exited before it was ready: exit status 0"},
		{name: "ready at the deadline", args: notify, runs: []string{"5s READY=1, 9s exit 0"},
			want: []string{"0s starting 100", "5s ready 100", "9.02s pausing"}, text: "exit status 0"},
		{name: "ready after the deadline", args: notify, runs: []string{"5.001s READY=1, 9s exit 0"},
			want: []string{"0s starting 100", "5s stopping", "5s stop the run", "5s failed"}, code: 1, text: "the program was not ready (notify) within 5s"},
		{name: "more time at the deadline", args: notify, runs: []string{"5s EXTEND_TIMEOUT_USEC=2000000, 7s READY=1, 8s exit 0"},
			want: []string{"0s starting 100", "7s ready 100", "8.02s pausing"}, text: "exit status 0"},
		{name: "more time, and too late", args: notify, runs: []string{"4s EXTEND_TIMEOUT_USEC=2000000"},
			want: []string{"0s starting 100", "6s stopping", "6s stop the run", "6s failed"}, code: 1, text: "the program was not ready (notify) within 6s"},
		{name: "a closed descriptor", args: "-c 1 --ready fd:3", runs: []string{"1s closed"},
			want: []string{"0s starting 100", "1s stopping", "1s stop the run", "1s failed"}, code: 1, text: "the descriptor was closed"},
		{name: "a newline and an exit at once", args: "-c 1 --ready fd:3", runs: []string{"1s exit 0, 1s ready"},
			want: []string{"0s starting 100", "1s ready 100", "1s pausing"}, text: "exit status 0"},
		{name: "a program that cannot be executed", args: "-c 1", runs: []string{"refused"},
			want: []string{"0s failed"}, code: 127, text: `cannot execute "prog": command not found`},
		{name: "an adopted program", args: notify + "--watchdog 2", runs: []string{"adopted, 60s lost"},
			want: []string{"0s ready 100", "1m0s failed"}, code: 1, text: "the exit status of process 100 is unknown"},

		// Deadlines, and an svloop that was stopped meanwhile.
		{name: "ready in time, and heard late", args: notify, runs: []string{"4s READY=1, 20s exit 0"}, asleep: [2]time.Duration{time.Second, 10 * time.Second},
			want: []string{"0s starting 100", "10s ready 100", "20.02s pausing"}, text: "exit status 0"},
		{name: "an exit in time, and heard late", args: notify, runs: []string{"4s exit 7"}, asleep: [2]time.Duration{time.Second, 10 * time.Second},
			want: []string{"0s starting 100", "10.02s failed"}, code: 7, text: "the program exited before it was ready: exit status 7"},
		{name: "an exit before the timeout, and heard late", args: "-c 1 --timeout 5", runs: []string{"4s exit 0"}, asleep: [2]time.Duration{time.Second, 10 * time.Second},
			want: []string{"0s ready 100", "10s pausing"}, text: "exit status 0"},
		{name: "an exit at the timeout", args: "-c 1 --timeout 5", runs: []string{"5s exit 0"},
			want: []string{"0s ready 100", "5s pausing"}, text: "exit status 0"},
		{name: "a timeout", args: "-c 1 --timeout 5", runs: []string{"6s exit 0"},
			want: []string{"0s ready 100", "5s stopping", "5s stop the run", "5s failed"}, code: 124, text: "the program ran longer than 5s"},
		{name: "WATCHDOG=1 that waits in the socket", args: "-c 1 --watchdog 2", runs: []string{"1.5s WATCHDOG=1, 2.5s WATCHDOG=1, 4s WATCHDOG=1, 5s exit 0"}, asleep: [2]time.Duration{time.Second, 4 * time.Second},
			want: []string{"0s ready 100", "5.02s pausing"}, text: "exit status 0"},
		{name: "a sign of life at the deadline", args: "-c 1 --watchdog 2", runs: []string{"2s WATCHDOG=1, 4s WATCHDOG=1, 6s exit 0"},
			want: []string{"0s ready 100", "6.02s pausing"}, text: "exit status 0"},
		{name: "no sign of life", args: "-c 1 --watchdog 2", runs: []string{"1s WATCHDOG=1"},
			want: []string{"0s ready 100", "3s stopping", "3s stop the run", "3s failed"}, code: 1, text: "the program sent no WATCHDOG=1 for 2s"},
		{name: "a watchdog waits for readiness", args: notify + "--watchdog 2", runs: []string{"4s READY=1, 7s exit 0"},
			want: []string{"0s starting 100", "4s ready 100", "6s stopping", "6s stop the run", "6s failed"}, code: 1, text: "the program sent no WATCHDOG=1 for 2s"},
		{name: "trigger", args: "-c 1 --watchdog 2", runs: []string{"1s WATCHDOG=trigger, 1s exit 0"},
			want: []string{"0s ready 100", "1s stopping", "1s stop the run", "1s failed"}, code: 1, text: "the program reported a fault by WATCHDOG=trigger"},
		{name: "endless messages delay a deadline only briefly", args: "-c 1 --timeout 1", runs: []string{"flood"},
			want: []string{"0s ready 100", "3.047s stopping", "3.047s stop the run", "3.047s failed"}, code: 124, text: "the program ran longer than 1s"},
		{name: "endless messages delay a quit only briefly", args: "-c 1", runs: []string{"flood"}, quit: 999500 * time.Microsecond,
			want: []string{"0s ready 100", "3.047s stopping", "3.047s stop everything"}},

		// The main process moves.
		{name: "a successor that is named before the exit", args: notify, runs: []string{"1s MAINPID=7;READY=1, 2s exit 0, 5s of 7 exit 2"},
			want: []string{"0s starting 100", "1s starting 7", "1s ready 7", "5.02s failed"}, code: 2, text: "exit status 2"},
		{name: "a successor that is named at the exit", args: notify, runs: []string{"1s exit 0, 1s MAINPID=7;READY=1, 5s of 7 exit 0"},
			want: []string{"0s starting 100", "1s starting 7", "1s ready 7", "5.02s pausing"}, text: "exit status 0"},
		{name: "a successor that is named after the exit", args: notify, runs: []string{"1s exit 0, 1.015s MAINPID=7, 2s READY=1, 5s of 7 signal 9"},
			want: []string{"0s starting 100", "1.015s starting 7", "2s ready 7", "5.02s failed"}, code: 137, text: "killed by signal KILL"},
		{name: "a successor that has exited too", args: notify, runs: []string{"1s exit 0, 1s MAINPID=7;READY=1, 1s of 7 exit 4"},
			want: []string{"0s starting 100", "1s starting 7", "1s ready 7", "1.02s failed"}, code: 4, text: "exit status 4"},
		{name: "a successor that is not a descendant", args: notify, runs: []string{"1s MAINPID=99;READY=1, 2s exit 0"},
			want: []string{"0s starting 100", "1s ready 100", "2.02s pausing"}, text: "exit status 0"},
		{name: "two successors in turn", args: notify, runs: []string{"1s MAINPID=7;READY=1, 2s MAINPID=8, 3s of 7 exit 1, 4s of 8 exit 0"},
			want: []string{"0s starting 100", "1s starting 7", "1s ready 7", "2s ready 8", "4.02s pausing"}, text: "exit status 0"},

		// Quit in each state.
		{name: "quit before it is ready", args: notify, runs: []string{"9s exit 0"}, quit: time.Second,
			want: []string{"0s starting 100", "1s stopping", "1s stop everything"}},
		{name: "quit when it is ready", args: "-c 1", runs: []string{"9s exit 0"}, quit: time.Second,
			want: []string{"0s ready 100", "1s stopping", "1s stop everything"}},
		{name: "quit in a pause", args: "--sleep 60", runs: []string{"9s exit 0"}, quit: 20 * time.Second,
			want: []string{"0s ready 100", "9s pausing", "9s pausing", "20s stopping", "20s stop everything"}},
		{name: "quit while a run is stopped", args: "--restart always --timeout 1", runs: []string{"slow"}, quit: 2 * time.Second,
			want: []string{"0s ready 100", "1s stopping", "1s stop the run", "6s stop everything"}, code: 124, text: "the program ran longer than 1s"},
		{name: "quit in the last words", args: notify, runs: []string{"1s READY=1, 2s exit 3"}, quit: 2010 * time.Millisecond,
			want: []string{"0s starting 100", "1s ready 100", "2.01s stopping", "2.01s stop everything"}, code: 3, text: "exit status 3"},
		{name: "a quit after an exit", args: "-c 1", runs: []string{"1s exit 3"}, quit: 1500 * time.Millisecond, asleep: [2]time.Duration{500 * time.Millisecond, 2 * time.Second},
			want: []string{"0s ready 100", "2s stopping", "2s stop everything"}, code: 3, text: "exit status 3"},

		// A crash in each state, and the reaction of the policy.
		{name: "a crash before it is ready", args: notify + "--restart on-failure --backoff 2:2", runs: []string{"1s signal 11", "0s READY=1, 1s exit 0"},
			want: []string{"0s starting 100", "1.02s stop the rest", "1.02s failed", "1.02s failed", "3.02s starting 101", "3.02s ready 101", "4.04s pausing"}, text: "exit status 0"},
		{name: "a crash when it is ready", args: "--restart always --backoff 2:2", runs: []string{"1s signal 11", "9s exit 0"}, quit: 5 * time.Second,
			want: []string{"0s ready 100", "1s stop the rest", "1s failed", "1s failed", "3s ready 101", "5s stopping", "5s stop everything"}},
		{name: "too many failures", args: "--restart always --backoff 1:1 --max-failures 3/60", runs: []string{"0s exit 5"},
			want: []string{"0s ready 100", "0s failed", "0s failed", "1s ready 101", "1s failed", "1s failed", "2s ready 102", "2s failed"}, code: 5, text: "exit status 5: 3 failures within 1m0s, giving up"},
		{name: "a program that appears later", args: "--restart on-failure --backoff 1:1", runs: []string{"refused", "0s exit 0"},
			want: []string{"0s failed", "0s failed", "1s ready 101", "1s pausing"}, text: "exit status 0"},
		{name: "processes that remain", args: "--restart always --backoff 1:1 --timeout 3", runs: []string{"stuck"},
			want: []string{"0s ready 100", "3s stopping", "3s stop the run", "3s failed"}, code: 124, text: "the program ran longer than 3s"},
		{name: "processes that the last run left", args: "--restart always --backoff 1:1", runs: []string{"1s exit 0", "left"},
			want: []string{"0s ready 100", "1s pausing", "1s pausing", "2s failed"}, code: 1,
			text: "cannot run the program again: the last run left pid 55 (worker) in the background, and a second copy must not run beside it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				trace, last, log := perform(t, test)
				if !slices.Equal(trace, test.want) {
					t.Errorf("it did\n\t%s\nwant\n\t%s\nlog:\n%s", strings.Join(trace, "\n\t"), strings.Join(test.want, "\n\t"), log)
				}
				if last.code != test.code || last.text != test.text {
					t.Errorf("the outcome is %d, %q; want %d, %q", last.code, last.text, test.code, test.text)
				}
			})
		})
	}
}

// waiter is a caller that waits for the start.
type waiter struct {
	gone error
	told int
}

func (w *waiter) Ready() error { w.told++; return w.gone }
func (w *waiter) Warn(string)  {}

// A waiting caller is informed once. Until then the first outcome is final, and no
// process may remain.
func TestCallerThatWaits(t *testing.T) {
	t.Parallel()
	gone := errors.New("the caller is gone")
	for _, test := range []struct {
		name  string
		run   string
		gone  error
		told  int
		waits bool // whether the caller still waits at the end
		want  []string
	}{
		{"a program that is ready", "1s READY=1, 2s exit 0", nil, 1, false, []string{"0s starting 100", "1s ready 100", "2.02s pausing"}},
		{"a program that fails first", "1s exit 1", nil, 0, true, []string{"0s starting 100", "1.02s failed", "1.02s stopping", "1.02s stop everything"}},
		{"a program that cannot be executed", "refused", nil, 0, true, []string{"0s failed", "0s stopping", "0s stop everything"}},
		{"a caller that has exited", "1s READY=1, 60s exit 0", gone, 1, true, []string{"0s starting 100", "1s ready 100", "1s stopping", "1s stop everything"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &waiter{gone: test.gone}
				in, trace, _ := newPlay(t, played{args: "--restart on-failure --ready notify", runs: []string{test.run}})
				in.waiting = w
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				in.stop = cancel
				_ = in.loop(ctx)
				_ = in.stopTree(context.Cause(ctx))
				if got := in.waiting != nil; got != test.waits || w.told != test.told {
					t.Errorf("the caller waits: %v, and was told %d times; want %v, %d", got, w.told, test.waits, test.told)
				}
				if !slices.Equal(*trace, test.want) {
					t.Errorf("it did %q, want %q", *trace, test.want)
				}
			})
		})
	}
}

package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/exitstatus"
	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/internal/terminal"
	"github.com/svloop/svloop/pkg/lsb"
)

// watch reports the status of services repeatedly: on a terminal as a screen of its
// own, and else as tables one below the other. The configuration is read once.
func (s *invocation) watch(services []selected) int {
	ctx, stop := interruptible()
	defer stop()
	o := s.newObserver(services)
	if term := s.env.get("TERM"); !isTerminal(s.stdout) || term == "dumb" || term == "" {
		return s.watchPlain(ctx, o)
	}
	return s.watchScreen(ctx, o)
}

// patience is how long a look waits for status commands.
func (s *invocation) patience() time.Duration { return min(s.reporting.watch, time.Second) }

// watchPlain prints a table at each interval, with a blank line in between, until a signal
// or until nothing reads them any more.
func (s *invocation) watchPlain(ctx context.Context, o *observer) int {
	out, _ := s.stdout.(*delivery)
	for first := true; ; first = false {
		began := time.Now()
		seen := o.look(ctx, s.patience())
		if ctx.Err() != nil {
			break
		}
		if s.reporting.failed {
			seen.services = onlyFailed(seen.services)
		}
		if !first {
			_, _ = s.stdout.Write([]byte("\n"))
		}
		s.printStatuses(seen.services)
		if out != nil && out.broken() || poll.Sleep(ctx, pause(began, time.Now(), s.reporting.watch)) != nil {
			break
		}
	}
	return exitCode(ctx, int(lsb.Done))
}

// pause returns the time from the end of a look to the next one. A look that takes longer
// than half of the interval does not occupy a processor all the time.
func pause(began, now time.Time, interval time.Duration) time.Duration {
	took := now.Sub(began)
	return max(interval-took, took)
}

// watchScreen shows the table on the terminal.
func (s *invocation) watchScreen(ctx context.Context, o *observer) int {
	if s.log.file == nil && s.log.syslog == nil {
		s.log.to = nil // messages would be in the middle of the screen
	}
	signals := make(chan os.Signal, 8)
	out, in := fileBehind(s.stdout), keyboard()
	screen := terminal.NewScreen(in, out)
	host, _ := os.Hostname()
	w := &watcher{
		view: watchView{
			host: host, interval: s.reporting.watch, total: len(o.services), failed: s.reporting.failed, colours: s.colours(),
		},
		look:   func(ctx context.Context) observation { return o.look(ctx, s.patience()) },
		begin:  o.guard,
		panics: o.panics,
		draw:   screen.Draw,
		size:   func() (int, int) { return terminal.Size(out) },
		gone:   screen.Gone(),
		suspend: func() error {
			screen.Leave()
			terminal.Stop()
			return screen.Enter()
		},
		resume: func() error {
			screen.Leave() // another program may have changed the terminal
			return screen.Enter()
		},
	}
	// Before Enter, because a signal must not find a changed terminal and no handler.
	signal.Notify(signals, syscall.SIGWINCH, syscall.SIGCONT)
	defer signal.Stop(signals)
	w.signals = signals
	if err := screen.Enter(); err != nil {
		return s.check(err)
	}
	defer screen.Leave() // also after a panic
	if in != nil {
		keys := make(chan terminal.Key, 64)
		w.keys = keys
		o.guard(func() {
			defer close(keys)
			_ = terminal.ReadKeys(in, func(k terminal.Key) { keys <- k })
		})
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err := w.run(ctx)
	code := exitCode(ctx, int(lsb.Done))
	screen.Leave()
	cancel()
	o.settle()
	switch {
	case errors.Is(err, errTerminalGone):
		return exitstatus.OfSignal(syscall.SIGHUP) // which svctl may not have received yet
	case err != nil:
		return s.check(err)
	}
	return code
}

// settle waits until the commands are killed.
func (o *observer) settle() {
	done := make(chan struct{})
	go func() {
		o.commands.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
	}
}

// keyboard returns the terminal that keys come from, which is not always standard input, or
// nil if there is none.
func keyboard() *os.File {
	if terminal.Is(os.Stdin.Fd()) {
		return os.Stdin
	}
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return nil
	}
	return tty
}

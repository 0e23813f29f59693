package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/svloop/svloop/internal/terminal"
)

// fakeScreen is a watcher without a terminal.
type fakeScreen struct {
	*watcher
	keys    chan terminal.Key
	gone    chan struct{}
	signals chan os.Signal
	panics  chan string

	mu      sync.Mutex // of what the test and the loop share
	looks   int
	takes   time.Duration // a look
	frames  []string
	columns int
	calls   []string
	err     error // the result of suspend and resume
}

// with runs f while nothing else uses the shared fields.
func (f *fakeScreen) with(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

func newFakeScreen() *fakeScreen {
	f := &fakeScreen{
		keys: make(chan terminal.Key), gone: make(chan struct{}), signals: make(chan os.Signal), panics: make(chan string), columns: 80,
	}
	f.watcher = &watcher{
		view: *newView(100, 0, 0),
		look: func(ctx context.Context) observation {
			var takes time.Duration
			f.with(func() { f.looks++; takes = f.takes })
			select {
			case <-time.After(takes):
			case <-ctx.Done():
			}
			return observation{at: time.Now(), services: many(100)}
		},
		begin:  func(f func()) { go f() },
		panics: f.panics,
		draw: func(lines []string, rows int) {
			f.with(func() { f.frames = append(f.frames, strings.Join(lines, "\n")) })
		},
		size:    func() (columns, rows int) { f.with(func() { columns = f.columns }); return columns, 20 },
		suspend: func() (err error) { f.with(func() { f.calls, err = append(f.calls, "suspend"), f.err }); return err },
		resume:  func() (err error) { f.with(func() { f.calls, err = append(f.calls, "resume"), f.err }); return err },
		keys:    f.keys,
		gone:    f.gone,
		signals: f.signals,
	}
	return f
}

// start runs the loop, and returns a function that waits for its end.
func (f *fakeScreen) start(ctx context.Context) (end func() error) {
	ctx, cancel := context.WithCancel(ctx)
	result := make(chan error, 1)
	go func() { result <- f.run(ctx) }()
	synctest.Wait()
	return func() error {
		err := <-result
		cancel()
		synctest.Wait()
		return err
	}
}

// shown returns the frames.
func (f *fakeScreen) shown() (frames []string) {
	f.with(func() { frames = slices.Clone(f.frames) })
	return frames
}

// TestWatchLoopTime looks at once and then at each interval; a slow look is not repeated
// without a pause.
func TestWatchLoopTime(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		takes, during time.Duration
		looks, frames int
	}{
		{100 * time.Millisecond, 9 * time.Second, 5, 6},
		{1500 * time.Millisecond, 9 * time.Second, 4, 4},
		{5 * time.Second, 26 * time.Second, 3, 4},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFakeScreen()
			f.takes = test.takes
			end := f.start(t.Context())
			if frames := f.shown(); len(frames) != 1 || !strings.Contains(frames[0], "100 services") {
				t.Errorf("before the first look: got %q", frames)
			}
			time.Sleep(test.during)
			synctest.Wait()
			f.with(func() {
				if f.looks != test.looks || len(f.frames) != test.frames {
					t.Errorf("%v: %d looks and %d frames, want %d and %d", test.takes, f.looks, len(f.frames), test.looks, test.frames)
				}
			})
			f.keys <- 'q'
			if err := end(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestWatchLoopKeys answers at once while a look hangs.
func TestWatchLoopKeys(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFakeScreen()
		end := f.start(t.Context())
		time.Sleep(time.Second)
		f.with(func() { f.takes = 1000 * time.Hour })
		time.Sleep(time.Second)
		began, before := time.Now(), len(f.shown())
		f.keys <- 'j'
		f.keys <- terminal.CtrlZ
		f.signals <- syscall.SIGCONT
		f.with(func() { f.columns = 30 })
		f.signals <- syscall.SIGWINCH
		synctest.Wait()
		frames := f.shown()[before:]
		f.with(func() {
			if got := strings.Join(f.calls, " "); got != "suspend resume" || len(frames) != 4 || !strings.Contains(frames[0], "1 more above") {
				t.Errorf("got %q and %d frames: %q", got, len(frames), frames)
			}
		})
		for line := range strings.SplitSeq(frames[len(frames)-1], "\n") {
			if len([]rune(line)) > 30 {
				t.Errorf("after a resize a line is too wide: %q", line)
			}
		}
		f.keys <- 'q'
		if err := end(); err != nil || time.Since(began) > 0 {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
	})
}

// TestWatchLoopEnds has every end of the loop.
func TestWatchLoopEnds(t *testing.T) {
	t.Parallel()
	wrong := errors.New("wrong")
	for name, test := range map[string]struct {
		do   func(f *fakeScreen, cancel func())
		want error
	}{
		"q":            {func(f *fakeScreen, cancel func()) { f.keys <- 'q' }, nil},
		"Q":            {func(f *fakeScreen, cancel func()) { f.keys <- 'Q' }, nil},
		"Ctrl-C":       {func(f *fakeScreen, cancel func()) { f.keys <- terminal.CtrlC }, nil},
		"no more keys": {func(f *fakeScreen, cancel func()) { close(f.keys) }, errTerminalGone},
		"the terminal": {func(f *fakeScreen, cancel func()) { close(f.gone) }, errTerminalGone},
		"a signal":     {func(f *fakeScreen, cancel func()) { cancel() }, nil},
		"a hangup": {func(f *fakeScreen, cancel func()) {
			f.with(func() { f.err = syscall.EIO })
			f.signals <- syscall.SIGCONT
		}, errTerminalGone},
		"a failed suspend": {func(f *fakeScreen, cancel func()) { f.with(func() { f.err = wrong }); f.keys <- terminal.CtrlZ }, wrong},
		"a failed resume":  {func(f *fakeScreen, cancel func()) { f.with(func() { f.err = wrong }); f.signals <- syscall.SIGCONT }, wrong},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			f := newFakeScreen()
			f.takes = time.Hour
			end := f.start(ctx)
			test.do(f, cancel)
			if err := end(); !errors.Is(err, test.want) {
				t.Errorf("%s: got %v, want %v", name, err, test.want)
			}
		})
	}
}

// TestWatchLoopPanics passes on the panic of another goroutine, so that the terminal is
// restored.
func TestWatchLoopPanics(t *testing.T) {
	t.Parallel()
	o := (&invocation{options: &options{jobs: 1}}).newObserver(nil)
	o.guard(func() { panic("flaw") })
	f := newFakeScreen()
	f.watcher.panics = o.panics
	f.watcher.begin = o.guard
	defer func() {
		if p, _ := recover().(string); !strings.HasPrefix(p, "flaw\n\ngoroutine ") {
			t.Errorf("got %q", p)
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_ = f.run(ctx)
}

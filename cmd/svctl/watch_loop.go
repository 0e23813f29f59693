package main

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/terminal"
)

// watcher is the event loop of a screen. It owns the view; looks are in another goroutine, so
// that no service delays a key.
type watcher struct {
	view watchView

	look   func(context.Context) observation
	begin  func(func()) // starts a goroutine
	panics <-chan string

	draw    func(lines []string, rows int)
	size    func() (columns, rows int)
	suspend func() error // gives the terminal back, stops this process, and takes the terminal again
	resume  func() error // takes the terminal again

	keys    <-chan terminal.Key // nil: there are none; closed: the terminal is gone
	gone    <-chan struct{}
	signals <-chan os.Signal
}

// errTerminalGone is returned if the terminal is gone, such as a closed window.
var errTerminalGone = errors.New("the terminal is gone")

// run shows the screen until a key or the context ends it.
func (w *watcher) run(ctx context.Context) error {
	seen, results := observation{}, make(chan observation, 1)
	var began time.Time
	look := func() {
		began = time.Now()
		w.begin(func() { results <- w.look(ctx) })
	}
	draw := func() {
		w.view.columns, w.view.rows = w.size()
		w.draw(w.view.screen(seen), w.view.rows)
	}
	draw()
	look()
	next := time.NewTimer(time.Hour)
	defer next.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-w.gone:
			return errTerminalGone
		case p := <-w.panics:
			panic(p)
		case seen = <-results:
			next.Reset(pause(began, time.Now(), w.view.interval))
		case <-next.C:
			look()
			continue
		case key, ok := <-w.keys:
			switch {
			case !ok:
				return errTerminalGone
			case key == 'q', key == 'Q', key == terminal.CtrlC:
				return nil
			case key == terminal.CtrlZ:
				err = w.suspend()
			default:
				w.view.press(key)
			}
		case s := <-w.signals:
			if s == syscall.SIGCONT {
				err = w.resume()
			}
		}
		if errors.Is(err, syscall.EIO) { // a hangup sends SIGCONT, too
			return errTerminalGone
		}
		if err != nil {
			return err
		}
		draw()
	}
}

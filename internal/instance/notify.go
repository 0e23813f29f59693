package instance

import (
	"context"
	"fmt"
	"os"

	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// listen opens the socket for the messages of this run, and returns the
// environment that tells the program of it.
func (e *execution) listen(ctx context.Context, env []string) ([]string, error) {
	o := sdnotify.Options{
		UID: os.Getuid(), Root: e.Setup.Root, Trusted: e.trusted,
		Sweep: e.last.program == 0, // once is enough
	}
	if e.Setup.Identity != nil {
		o.UID = e.Setup.Identity.UID
	}
	socket, err := sdnotify.Listen(o)
	if err != nil {
		return nil, err
	}
	e.close = append(e.close, func() { socket.Close() })
	messages := make(chan sdnotify.Message)
	e.messages = messages
	go func() {
		for {
			m, err := socket.Receive()
			if err != nil {
				return
			}
			select {
			case messages <- m:
			case <-ctx.Done():
				return
			}
		}
	}()
	with := newEnvironment()
	with.add(env...)
	with.remove("WATCHDOG_PID") // whatever process svloop's own supervisor meant
	with.add("NOTIFY_SOCKET=" + socket.Name())
	if e.Watchdog > 0 {
		with.add(fmt.Sprintf("WATCHDOG_USEC=%d", e.Watchdog.Microseconds()))
	}
	return with.list(), nil
}

// trusted accepts the messages of descendants: a program may have changed its
// user itself. A sender that has exited already has no place in the tree any more;
// it is believed if a descendant runs as its user.
func (in *instance) trusted(from sdnotify.Sender) bool {
	is, err := reaper.IsDescendant(from.PID)
	if is || in.started(from.PID) || err != nil && reaper.RunsAs(from.UID) {
		return true
	}
	in.dropped.Do(func() {
		in.log.Warn("a message to NOTIFY_SOCKET was dropped: its sender, process %d of user %d, is no descendant; further ones are dropped without a message", from.PID, from.UID)
	})
	return false
}

// started reports whether a process is the one that this run began with, or the
// one that it has named, which may have exited already.
func (in *instance) started(pid int) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return pid != 0 && (pid == in.running.group || pid == in.running.main)
}

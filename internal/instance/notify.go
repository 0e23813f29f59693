package instance

import (
	"context"
	"os"
	"strconv"

	"github.com/svloop/svloop/internal/environ"
	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// listen opens the socket for the messages of this run, and returns the environment with
// its name.
func (t *tree) listen(ctx context.Context, env []string) ([]string, error) {
	o := sdnotify.Options{
		UID: os.Getuid(), Root: t.options.Setup.Root, Trusted: t.trusted,
		Sweep: t.last.program == 0, // once for each instance
	}
	if t.options.Setup.Identity != nil {
		o.UID = t.options.Setup.Identity.UID
	}
	socket, err := sdnotify.Listen(o)
	if err != nil {
		return nil, err
	}
	t.now.close = append(t.now.close, func() { socket.Close() })
	readable := make(chan struct{})
	t.now.socket, t.now.readable = socket, readable
	go func() {
		for socket.Wait() == nil {
			select {
			case readable <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}()
	env = environ.Without(env, "WATCHDOG_PID") // it is meant for svloop itself, from its own supervisor
	env = environ.With(env, "NOTIFY_SOCKET", socket.Name())
	if t.options.Watchdog > 0 {
		env = environ.With(env, "WATCHDOG_USEC", strconv.FormatInt(t.options.Watchdog.Microseconds(), 10))
	}
	return env, nil
}

// trusted accepts the messages of descendants. The user of the sender is not compared,
// because a program may change its user. A sender that was reaped has no place in the
// tree. Nothing but its user is known of it, so its message is accepted if a process of
// the program has, or had, the same user.
func (t *tree) trusted(from sdnotify.Sender) bool {
	is, err := reaper.IsDescendant(from.PID)
	if is || t.begunOrNamed(from.PID) || err != nil && t.reaper.RanAs(from.UID) {
		return true
	}
	t.dropped.Do(func() {
		reason := "is not a descendant"
		if err != nil {
			reason = "has exited, and no process of the program has this user"
		}
		t.log.Warn("a message to NOTIFY_SOCKET was dropped: its sender, process %d of user %d, %s; further messages from such senders are dropped silently", from.PID, from.UID, reason)
	})
	return false
}

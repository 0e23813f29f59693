package instance

import (
	"os"

	"golang.org/x/sys/unix"
)

// callers reports whether a session is that of svloop's caller, which has unrelated
// processes too: svloop then runs in the foreground. A daemon leads its own session.
func callers(session int) bool {
	own, err := unix.Getsid(0)
	return err != nil || own != os.Getpid() && session == own
}

//go:build linux

package pidfile

import (
	"cmp"
	"errors"
	"fmt"
)

// ErrHeld is wrapped by [HeldError].
var ErrHeld = errors.New("held by a running instance")

// HeldError says that another instance is running. The pid is 0 while that
// instance has not yet written it.
type HeldError struct {
	Path string
	PID  int
	// Doubt is why it is not certain that the process is an instance, nil if it
	// is. Nothing is started beside it all the same.
	Doubt error
	// Holder names the process that has locked the file and not written its
	// pid, if it was found.
	Holder string
	// Owner names the owner of the file, if that is another user.
	Owner string
}

func (e *HeldError) Error() string {
	text := fmt.Sprintf("pid file %q is held by pid %d", e.Path, e.PID)
	switch {
	case e.PID == 0:
		text = fmt.Sprintf("pid file %q is being claimed by %s", e.Path, cmp.Or(e.Holder, "another instance"))
	case e.Doubt != nil:
		return fmt.Sprintf("pid file %q may be held by pid %d: %v", e.Path, e.PID, e.Doubt)
	}
	if e.Owner != "" {
		text += ", and belongs to " + e.Owner
	}
	return text
}

// Unwrap returns [ErrHeld].
func (e *HeldError) Unwrap() error { return ErrHeld }

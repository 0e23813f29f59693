//go:build linux

package pidfile

import (
	"cmp"
	"errors"
	"fmt"
)

// ErrHeld is wrapped by [HeldError].
var ErrHeld = errors.New("held by a running instance")

// HeldError is returned if another instance is running. The pid is 0 if that
// instance has not written it yet.
type HeldError struct {
	Path string
	PID  int
	// Doubt is why it is uncertain that the process is an instance, or nil if it
	// is certain. In both cases nothing is started beside it.
	Doubt error
	// Holder names the process that has locked the file and not written its pid,
	// if it was found.
	Holder string
	// Owner is the owner of the file, if that is another user.
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

package instance

import (
	"errors"

	"github.com/svloop/svloop/internal/spawn"
)

// Code is the exit status of an instance: one of these, or the exit status of the
// command, as package exitstatus returns it.
type Code int

const (
	OK         Code = 0
	Failed     Code = 1   // svloop itself failed
	Timeout    Code = 124 // the run took longer than --timeout, as timeout(1) reports it
	CannotExec Code = 126 // the command cannot be executed, as shells report it
	NotFound   Code = 127 // the command was not found
)

// codeOfStart returns the exit status for the error of a start: that of a shell if the
// command cannot be executed.
func codeOfStart(err error) Code {
	var refused *spawn.Error
	switch {
	case errors.Is(err, spawn.ErrNotFound):
		return NotFound
	case errors.As(err, &refused):
		return CannotExec
	}
	return Failed
}

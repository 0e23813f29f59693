package main

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/launch"
)

// exitCode is the exit status of svloop. Beside these it is that of the
// command.
type exitCode int

const (
	exitOK         exitCode = 0
	exitFailed     exitCode = 1   // svloop itself could not do what was asked
	exitUsage      exitCode = 2   // wrong options; nothing was started
	exitTimeout    exitCode = 124 // --timeout ended the run, as timeout(1) says it
	exitCannotExec exitCode = 126 // the command cannot be executed
	exitNotFound   exitCode = 127 // there is no such command
	exitSignal     exitCode = 128 // plus the number of the signal that killed it
)

// codeOfStart maps the refusal of a start: the command's as the shells do.
func codeOfStart(err error) exitCode {
	var refused *launch.Error
	switch {
	case errors.Is(err, launch.ErrNotFound):
		return exitNotFound
	case errors.As(err, &refused):
		return exitCannotExec
	}
	return exitFailed
}

// codeOfExit maps the end of a process.
func codeOfExit(status unix.WaitStatus) exitCode {
	if status.Signaled() {
		return exitSignal + exitCode(status.Signal())
	}
	return exitCode(status.ExitStatus())
}

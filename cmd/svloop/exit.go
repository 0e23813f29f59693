package main

import "github.com/svloop/svloop/internal/instance"

// exitCode is the exit status of svloop: one of these, that of an instance
// ([instance.Code]) or, for --status, that of LSB.
type exitCode int

const (
	exitOK     = exitCode(instance.OK)
	exitFailed = exitCode(instance.Failed)
	exitUsage  = exitCode(2) // wrong usage; nothing was started
)

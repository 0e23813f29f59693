package main

import (
	"errors"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/usageerror"
)

// waitOptions are the options of wait.
type waitOptions struct {
	state waitState // "": waitRunning
}

// waitState is what wait waits for.
type waitState string

// The states to wait for.
const (
	waitRunning  waitState = "running" // and ready
	waitStopped  waitState = "stopped"
	waitExpected waitState = "expected"
)

var waitStates = []waitState{waitRunning, waitStopped, waitExpected}

// waitTimeout is the time limit of wait without --timeout.
const waitTimeout = 60 * time.Second

func (o *options) waitFlags(f *pflag.FlagSet) {
	f.Var(usageerror.Value(o.setWaitState), "for", "state to wait for")
}

func (o *options) setWaitState(text string) error {
	if !slices.Contains(waitStates, waitState(text)) {
		return errors.New("want running, stopped or expected")
	}
	o.waiting.state = waitState(text)
	return nil
}

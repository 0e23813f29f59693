package main

import (
	"syscall"

	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/proctree"
)

// signalOptions are the arguments of the action signal.
type signalOptions struct {
	signal syscall.Signal
}

// checkSignal takes the signal from the arguments, so that the names of the services
// remain.
func (o *options) checkSignal() error {
	if len(o.args) < 2 {
		return wrong("action signal needs the name of a signal and that of a service, as in: svctl signal HUP web")
	}
	sig, err := proctree.ParseSignal(o.args[0])
	if err != nil && len(o.args) == 2 {
		if _, swapped := proctree.ParseSignal(o.args[1]); swapped == nil {
			return &usageerror.Error{Text: err.Error(), Hint: "use: " + line("signal *", []string{o.args[1], o.args[0]})}
		}
	}
	if err != nil {
		return usageerror.Unknown(o.args[0], proctree.SignalNames(), "%v", err)
	}
	o.signalling.signal, o.args = sig, o.args[1:]
	return nil
}

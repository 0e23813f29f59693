package main

import (
	"os"

	"github.com/svloop/svloop/internal/supervisor"
)

// asInit runs the supervisor as a child if this process is process 1, and returns its
// exit status.
func (s *invocation) asInit() (code int, done bool) {
	if os.Getpid() != 1 {
		return 0, false
	}
	code, err := supervisor.Init(os.Args, s.env)
	if err != nil {
		return s.check(err), true
	}
	return code, true
}

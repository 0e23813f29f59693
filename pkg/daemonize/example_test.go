//go:build linux

package daemonize_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/svloop/svloop/pkg/daemonize"
)

// A complete program that daemonizes itself. The daemon performs the steps that may fail,
// and the caller reports the result.
func Example() {
	caller, err := daemonize.FromCaller()
	if err != nil {
		os.Exit(1) // the caller has received the error
	}
	if caller == nil {
		os.Exit(startDaemon())
	}
	listener, err := net.Listen("tcp", "localhost:8080")
	if err != nil {
		caller.Fail(1, err.Error())
		return
	}
	caller.Ready()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		conn.Close()
	}
}

func startDaemon() int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	d, err := daemonize.Start(daemonize.Options{})
	if err == nil {
		err = d.Wait(ctx, func(warning string) { fmt.Fprintln(os.Stderr, "warning:", warning) })
	}
	var failed *daemonize.FailedError
	switch {
	case errors.As(err, &failed):
		fmt.Fprintln(os.Stderr, failed)
		return failed.Code
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Printf("started (pid %d)\n", d.PID())
	return 0
}

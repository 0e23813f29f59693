//go:build linux

package pidfile_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// A daemon claims its pid file first, and releases it last. In between, Keep reports
// requests to quit.
func Example() {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "service.pid")

	file, err := pidfile.Claim(path, nil)
	switch {
	case errors.Is(err, pidfile.ErrHeld):
		fmt.Println("it is running already")
		return
	case errors.Is(err, pidfile.ErrSurvivors):
		fmt.Println("an instance was killed, and its processes still run")
		return
	case err != nil:
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	events := file.Keep(ctx)
	fmt.Println(pidfile.Probe(path).State) // as in any other process

	// A daemon serves until an event is a request to quit, see File.Keep.
	cancel()
	for range events {
	}
	fmt.Println(file.Release())
	fmt.Println(pidfile.Probe(path).State)
	// Output:
	// running
	// <nil>
	// stopped
}

// Programs of an older protocol, which hold no lock, count as instances if they are
// named.
func ExampleInstances() {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "service.pid")
	old := exec.Command("sleep", "1000")
	old.Args[0] = "old-loop"
	if err := old.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _, _ = old.Process.Kill(), old.Wait() }()
	if err := os.WriteFile(path, fmt.Appendln(nil, old.Process.Pid), 0o644); err != nil {
		fmt.Println(err)
		return
	}

	fmt.Println(pidfile.Probe(path).State)
	instances := pidfile.Instances{Name: "new-loop", Old: []string{"old-loop"}}
	fmt.Println(instances.Probe(path).State)
	_, err = instances.Claim(path, nil)
	fmt.Println(errors.Is(err, pidfile.ErrHeld))
	// Output:
	// dead
	// running
	// true
}

// A nil function refuses to start beside the processes that a killed instance left: the
// error wraps ErrSurvivors. This function terminates them.
func ExampleClaim() {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "service.pid")

	file, err := pidfile.Claim(path, func(left *pidfile.Survivors) error {
		// A killed instance has left processes: terminate them.
		schedule, _ := proctree.ParseSchedule("TERM/10 KILL")
		return proctree.Stop(context.Background(), left.Targets(), schedule, nil)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("the first has claimed it")

	_, err = pidfile.Claim(path, nil)
	var held *pidfile.HeldError
	fmt.Println("the second knows who has it:", errors.As(err, &held) && held.PID == os.Getpid())

	fmt.Println(file.Release())
	// Output:
	// the first has claimed it
	// the second knows who has it: true
	// <nil>
}

// While it serves, an instance maintains its file, and receives requests through it.
func ExampleFile_Keep() {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "service.pid")
	file, err := pidfile.Claim(path, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Release()

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	events := file.Keep(ctx)
	// RequestQuit of another process does this:
	other, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprintf(other, "%d\nquit\n", os.Getpid())
	other.Close()
	for event := range events {
		if event.Request == pidfile.Quit {
			fmt.Println("asked to quit")
			return
		}
	}
	// Output: asked to quit
}

// Any user who may read the file can ask for the status. The code is the exit status of
// an init script.
func ExampleProbe() {
	status := pidfile.Probe("/nonexistent/service.pid")
	fmt.Println(int(status.Code()), status.State, "-", status.Reason)
	// Output: 3 stopped - no pid file
}

// A quit has succeeded when no process of the instance runs, even if none did before.
func ExampleRequestQuit() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	before, err := pidfile.RequestQuit(ctx, "/nonexistent/service.pid", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("it was", before.State)
	// Output: it was stopped
}

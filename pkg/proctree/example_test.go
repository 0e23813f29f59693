//go:build linux

package proctree_test

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"

	"github.com/svloop/svloop/pkg/proctree"
)

// A program is started in a new session, and the whole session is terminated.
func ExampleStop() {
	program := exec.Command("/bin/sh", "-c", "sleep 1000 & sleep 1000")
	program.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := program.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = program.Wait() }()

	session := proctree.Set(func(t proctree.Table) proctree.Table { return t.InSession(program.Process.Pid) })
	schedule, err := proctree.ParseSchedule("TERM/10 KILL")
	if err != nil {
		fmt.Println(err)
		return
	}
	err = proctree.Stop(context.Background(), session, schedule, nil)
	gone, _ := session.Gone()
	fmt.Println(err, gone)
	// Output: <nil> true
}

// A handle refers to the same process, even after its pid was reused.
func ExampleOpen() {
	program := exec.Command("sleep", "1000")
	if err := program.Start(); err != nil {
		fmt.Println(err)
		return
	}
	h, err := proctree.Open(program.Process.Pid)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer h.Close()

	fmt.Println(h.Signal(syscall.SIGTERM))
	fmt.Println(h.Wait(context.Background()))
	_ = program.Wait() // from here on the pid may be reused
	fmt.Println(h.Signal(syscall.SIGTERM))
	// Output:
	// <nil>
	// <nil>
	// no such process
}

func ExampleParseSchedule() {
	schedule, _ := proctree.ParseSchedule("SIGTERM/2.5 kill")
	fmt.Println(schedule, schedule.Total(), schedule.Kills())

	_, err := proctree.ParseSchedule("TERM/soon KILL")
	fmt.Println(err)
	// Output:
	// TERM/2.5 KILL 2.5s true
	// not a kill specification: "soon" is not a number of seconds up to 1e6
}

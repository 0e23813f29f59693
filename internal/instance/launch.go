package instance

import (
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/launch"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/pkg/proctree"
)

// launch starts the program of this run.
func (e *execution) launch(ctx context.Context) error {
	fds, done, err := e.streams.ForRun()
	if err != nil {
		return err
	}
	defer done()
	files, env := fds[:], e.env
	if e.Options.Ready.Kind == readiness.Notify || e.Watchdog > 0 {
		if env, err = e.listen(ctx, env); err != nil {
			return err
		}
	}
	var signs *os.File // of readiness
	if e.Options.Ready.Kind == readiness.FD {
		var end *os.File
		if signs, end, err = os.Pipe(); err != nil {
			return fmt.Errorf("cannot make the readiness pipe: %w", err)
		}
		e.close = append(e.close, func() { signs.Close() })
		defer end.Close()
		files = withFD(files, e.Options.Ready.FD, end.Fd())
	}
	if e.pid != nil {
		if err := e.pid.BeforeStart(); err != nil {
			e.log.Warn("%v", err)
		}
	}
	base := e.dir
	if e.Setup.Root != "" {
		base = "." // in the other root, where the caller's directory means nothing
	}
	program := &launch.Program{
		Argv: e.Command, Env: env, Dir: e.workDir(), Base: base, Files: files,
		NameByPath:    true,
		Warn:          e.warnOnce,
		DieWithParent: e.caller == nil,
		Setup:         e.Setup,
	}
	if err := e.startAndFollow(program); err != nil {
		return err
	}
	switch e.Options.Ready.Kind {
	case readiness.Exec, readiness.Notify:
	default:
		ready := make(chan error, 1)
		e.ready = ready
		main := e.main // the program may name another meanwhile
		ctx, e.hurry = context.WithCancel(ctx)
		e.close = append(e.close, e.hurry)
		go func() { ready <- e.Options.Ready.Wait(ctx, main, signs) }()
	}
	return nil
}

// startAndFollow returns when the program has been executed.
func (e *execution) startAndFollow(program *launch.Program) error {
	e.start = proctree.Ticks(time.Now())
	var confirm func() error
	pid, ended, err := e.reaper.Start(func() (pid int, err error) {
		pid, confirm, err = program.Start()
		return pid, err
	})
	if err != nil {
		return err
	}
	e.main, e.ended = pid, ended
	e.mu.Lock()
	e.running.main, e.running.group = pid, pid
	e.mu.Unlock()
	if err := confirm(); err != nil {
		e.reaper.Await(pid)
		return err
	}
	e.prove()
	return nil
}

// prove has the heartbeat cover the processes that exist now: after a crash the
// next start knows that they are of this instance.
func (in *instance) prove() {
	if in.pid == nil {
		return
	}
	if err := in.pid.AfterStart(); err != nil {
		in.log.Warn("%v", err)
	}
}

// workDir is the directory that the program starts in: that of a daemon is the
// root, unless told otherwise.
func (e *execution) workDir() string {
	if e.Chdir == "" && (e.Daemon || e.Setup.Root != "") {
		return "/"
	}
	return e.Chdir
}

// closedFD is a descriptor that the program does not get.
const closedFD = ^uintptr(0)

// withFD puts a descriptor at number n of the program's.
func withFD(files []uintptr, n int, fd uintptr) []uintptr {
	for len(files) <= n {
		files = append(files, closedFD)
	}
	files[n] = fd
	return files
}

// describe says how a process ended.
func describe(status unix.WaitStatus) string {
	if !status.Signaled() {
		return fmt.Sprintf("exit status %d", status.ExitStatus())
	}
	text := "killed by signal " + proctree.SignalName(status.Signal())
	if status.CoreDump() {
		text += " (core dumped)"
	}
	return text
}

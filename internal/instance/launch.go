package instance

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/spawn"
	"github.com/svloop/svloop/pkg/proctree"
)

// launch executes the program, and starts to wait for its readiness.
func (t *tree) launch(ctx context.Context) error {
	fds, done, err := t.streams.ForRun()
	if err != nil {
		return err
	}
	defer done()
	files, env := fds[:], t.env
	if t.options.Ready.Kind == readiness.Notify || t.options.Watchdog > 0 {
		if env, err = t.listen(ctx, env); err != nil {
			return err
		}
	}
	var signs *os.File // the end of the readiness pipe for the program
	if t.options.Ready.Kind == readiness.FD {
		var end *os.File
		if signs, end, err = os.Pipe(); err != nil {
			return fmt.Errorf("cannot create the readiness pipe: %w", err)
		}
		t.now.close = append(t.now.close, func() { signs.Close() })
		defer end.Close()
		files = withFD(files, t.options.Ready.FD, end.Fd())
	}
	t.public.beforeStart()
	base := t.dir
	if t.options.Setup.Root != "" {
		base = "." // in the other root, where the caller's directory does not exist
	}
	program := &spawn.Program{
		Argv: t.options.Command, Env: env, Dir: t.workDir(), Base: base, Files: files,
		NameByPath:    true,
		Warn:          t.warn,
		DieWithParent: !t.daemon,
		Setup:         t.options.Setup,
	}
	if err := t.startAndFollow(program); err != nil {
		return err
	}
	switch t.options.Ready.Kind {
	case readiness.Exec, readiness.Notify:
	default:
		ready := make(chan error, 1)
		t.now.ready = ready
		main := t.now.main // MAINPID= may change it later
		ctx, t.now.hurry = context.WithCancel(ctx)
		t.now.close = append(t.now.close, t.now.hurry)
		go func() { ready <- t.options.Ready.Wait(ctx, main, signs) }()
	}
	return nil
}

// startAndFollow returns when the program has been executed.
func (t *tree) startAndFollow(program *spawn.Program) error {
	t.now.begun = proctree.Ticks(time.Now())
	var confirm func() error
	pid, ended, err := t.reaper.Start(func() (pid int, err error) {
		pid, confirm, err = program.Start()
		return pid, err
	})
	if err != nil {
		return err
	}
	t.now.main, t.now.ended = pid, ended
	t.mu.Lock()
	t.running.main, t.running.group = pid, pid
	t.mu.Unlock()
	if err := confirm(); err != nil {
		t.reaper.Await(pid)
		return err
	}
	t.public.afterStart()
	return nil
}

// workDir returns the working directory of the program: of a daemon "/", unless an option
// names another.
func (t *tree) workDir() string {
	if t.options.Chdir == "" && (t.options.Daemon || t.options.Setup.Root != "") {
		return "/"
	}
	return t.options.Chdir
}

// closedFD is a descriptor that the program does not inherit.
const closedFD = ^uintptr(0)

// withFD makes descriptor number n of the program.
func withFD(files []uintptr, n int, fd uintptr) []uintptr {
	for len(files) <= n {
		files = append(files, closedFD)
	}
	files[n] = fd
	return files
}

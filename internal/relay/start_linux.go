package relay

import (
	"os"
	"syscall"

	"github.com/svloop/svloop/internal/reexec"
	"github.com/svloop/svloop/pkg/cloexec"
)

// small reduces the memory of the Go runtime. Of duplicate variables the runtime uses the
// first.
var small = []string{"GOMAXPROCS=1", "GODEBUG=disablethp=1"}

// pipe returns a pipe for a service. A process of the service that has changed its user
// may open /dev/stdout, which only processes with the descriptor can reach.
func pipe() (source, end *os.File, err error) {
	if source, end, err = os.Pipe(); err != nil {
		return nil, nil, err
	}
	for _, f := range []*os.File{source, end} {
		if e := syscall.SetNonblock(int(f.Fd()), false); e != nil && err == nil {
			err = e
		}
	}
	if e := end.Chmod(0o622); e != nil && err == nil {
		err = e
	}
	if err != nil {
		source.Close()
		end.Close()
		return nil, nil, err
	}
	return source, end, nil
}

// start starts the role with these descriptors, in a new session, so that the signals of
// the caller's terminal do not reach it. As an orphan it is reaped by the supervisor,
// which is a child subreaper, or by init.
func start(name string, files [6]*os.File) error {
	// A relay must not keep what this program inherited.
	if err := cloexec.From(firstSource); err != nil {
		return err
	}
	var fds [len(files)]uintptr
	for i, f := range files {
		fds[i] = f.Fd()
	}
	_, err := syscall.ForkExec(reexec.Self, []string{Role.Name, name}, &syscall.ProcAttr{
		Dir:   "/",
		Env:   append(small[:len(small):len(small)], os.Environ()...),
		Files: fds[:],
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	return err
}

package spawn

import (
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// forkExec starts a process with no signal blocked, whatever this one has
// inherited: a program could not be ended by a signal that it never sees.
func forkExec(path string, argv []string, attr *syscall.ProcAttr) (int, error) {
	var none, before unix.Sigset_t
	// What one thread has inherited all have. Mostly it is nothing, and then a
	// thread more, which the first lock makes the runtime start, is saved.
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, nil, &before); err == nil && before == none {
		return syscall.ForkExec(path, argv, attr)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, &none, &before); err != nil {
		return 0, err
	}
	pid, err := syscall.ForkExec(path, argv, attr)
	_ = unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil) // as it was a moment ago
	return pid, err
}

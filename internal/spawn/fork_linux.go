package spawn

import (
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// forkExec starts a process with an empty signal mask, even if this process has inherited
// blocked signals. Otherwise signals could not terminate the program.
func forkExec(path string, argv []string, attr *syscall.ProcAttr) (int, error) {
	var none, before unix.Sigset_t
	// All threads have the mask that the process inherited. It is usually empty; then the
	// lock below, which makes the runtime start another thread, is not needed.
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, nil, &before); err == nil && before == none {
		return syscall.ForkExec(path, argv, attr)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, &none, &before); err != nil {
		return 0, err
	}
	pid, err := syscall.ForkExec(path, argv, attr)
	_ = unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil) // the mask from before
	return pid, err
}

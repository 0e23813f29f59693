package daemonize

import (
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// hold blocks signals on this thread, whose mask a new process inherits.
func hold(signals []syscall.Signal) (release func(), err error) {
	var held, before unix.Sigset_t
	const bits = int(8 * unsafe.Sizeof(held.Val[0]))
	for _, s := range signals {
		n := int(s) - 1
		held.Val[n/bits] |= 1 << (n % bits)
	}
	runtime.LockOSThread()
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &held, &before); err != nil {
		runtime.UnlockOSThread()
		return nil, err
	}
	return func() {
		// It cannot fail with the arguments that have just been given to us.
		_ = unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil)
		runtime.UnlockOSThread()
	}, nil
}

package integration

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
)

// entered is set in the environment of the test binary inside its namespace.
const entered = "SVLOOP_TEST_NAMESPACE"

// runInNamespace runs this test binary again in a PID namespace, and returns its exit
// status. With this process, even if it is killed, all processes end that the tests have
// started. It does nothing inside, and for a user, or in a container, that cannot make a
// namespace. The shell is process 1 there, and reaps orphans.
func runInNamespace() (code int, done bool) {
	if os.Getenv(entered) != "" {
		os.Unsetenv(entered)
		return 0, false
	}
	if os.Geteuid() != 0 {
		return 0, false
	}
	options := []string{"--fork", "--pid", "--mount-proc", "--kill-child"}
	if exec.Command("unshare", slices.Concat(options, []string{"true"})...).Run() != nil {
		return 0, false
	}
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1, true
	}
	cmd := exec.Command("unshare", slices.Concat(options, []string{"sh", "-c", `"$@"; exit $?`, "sh", self}, os.Args[1:])...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), entered+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // the signal comes with the end of the thread
	if err := cmd.Run(); cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1, true
	}
	if code = cmd.ProcessState.ExitCode(); code < 0 { // killed
		code = 1
	}
	return code, true
}

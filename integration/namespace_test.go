package integration

import (
	"os"
	"os/exec"
	"syscall"
)

// entered is set in the environment of the test binary inside its namespace.
const entered = "SVLOOP_TEST_NAMESPACE"

// enterNamespace executes this test binary again in a PID namespace. With the binary, even
// if it is killed, all processes end that its tests have started. It returns if it is
// inside, and does nothing for a user, or in a container, that cannot make a namespace.
// The shell is process 1 there, and reaps orphans.
func enterNamespace() error {
	if os.Getenv(entered) != "" {
		return os.Unsetenv(entered)
	}
	unshare, err := exec.LookPath("unshare")
	if err != nil || os.Geteuid() != 0 {
		return nil
	}
	words := []string{unshare, "--fork", "--pid", "--mount-proc", "--kill-child", "sh", "-c", `"$@"; exit $?`, "sh"}
	if exec.Command(unshare, append(words[1:5:5], "true")...).Run() != nil {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return syscall.Exec(unshare, append(append(words, self), os.Args[1:]...), append(os.Environ(), entered+"=1"))
}

package workdir

import "golang.org/x/sys/unix"

// Get returns the working directory as the kernel knows it, not as PWD names it,
// which may lead elsewhere tomorrow. It is empty when the directory was removed.
func Get() string {
	dir, err := unix.Getwd()
	if err != nil {
		return ""
	}
	return dir
}

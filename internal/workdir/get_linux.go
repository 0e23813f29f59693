package workdir

import "golang.org/x/sys/unix"

// Get returns the working directory as the kernel reports it. The variable PWD
// may contain a symbolic link, which can change later. Get returns "" if the
// directory was removed.
func Get() string {
	dir, err := unix.Getwd()
	if err != nil {
		return ""
	}
	return dir
}

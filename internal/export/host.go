package export

import (
	"fmt"
	"os"
	"os/exec"
	"time"
)

// System is what a format does on the host.
type System struct {
	// First is the name of the first file of a service.
	First func(name string) string

	// Directory is where the system looks for its files; nil if there is none,
	// and Place and Displace do all.
	Directory func(*Host) (Directory, error)

	// Enable has the system start the service at boot (now only if supervising a
	// service means to start it). A service that is expected stopped is only
	// made known to the system.
	Enable func(h *Host, dir Directory, name string, running bool) ([]Step, error)

	// Obstacle returns why a service cannot be enabled: something else has its
	// name. nil: nothing can.
	Obstacle func(h *Host, dir Directory, name string, force bool) error

	// Disable undoes Enable, and stops nothing. It is for a service that was not
	// installed before.
	Disable func(h *Host, dir Directory, name string) []Step

	// Reload has the system read its files again; nil if it does so by itself.
	Reload func(*Host) []Step

	// Stop stops the service, which may take until longest, and has the system
	// forget it, before its files are removed. Forgotten is what remains to be
	// done after, nil for nothing.
	Stop      func(h *Host, dir Directory, name string, longest time.Duration) ([]Step, error)
	Forgotten func(h *Host, dir Directory, name string) ([]Step, error)

	// Place and Displace install and remove services where no files are written.
	Place    func(h *Host, bundles []*Bundle, force bool) (*Installation, error)
	Displace func(h *Host, paths []string, force bool) (*Installation, error)
}

// Host answers what an installation asks about the host.
type Host struct {
	LookPath func(program string) (string, error)
	Exists   func(path string) bool
	Readlink func(path string) (target string, err error)
}

// ThisHost is the one that this program runs on.
func ThisHost() *Host {
	return &Host{
		LookPath: exec.LookPath,
		Exists:   func(path string) bool { _, err := os.Lstat(path); return err == nil },
		Readlink: os.Readlink,
	}
}

// Has reports whether a program is in PATH.
func (h *Host) Has(program string) bool { _, err := h.LookPath(program); return err == nil }

// MissingError: the host does not have the init system of a format.
type MissingError struct{ Format, Why string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("cannot export to %s: %s", e.Format, e.Why)
}

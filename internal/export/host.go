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

	// Enable has the system start the service at boot, and now if the system starts what it
	// supervises. A service that is expected to be stopped is only registered.
	Enable func(h *Host, dir Directory, name string, running bool) ([]Step, error)

	// Obstacle returns the reason why a service cannot be enabled: another service has its
	// name. nil: no such check.
	Obstacle func(h *Host, dir Directory, name string, force bool) error

	// Disable undoes Enable without stopping the service. It is called for a service that
	// was not installed before.
	Disable func(h *Host, dir Directory, name string) []Step

	// Reload makes the system read its files again; nil if it does so by itself.
	Reload func(*Host) []Step

	// Stop stops the service, which may take until longest, and unregisters it before its
	// files are removed. Forgotten are the steps after that, nil for none.
	Stop      func(h *Host, dir Directory, name string, longest time.Duration) ([]Step, error)
	Forgotten func(h *Host, dir Directory, name string) ([]Step, error)

	// Place and Displace install and remove services where no files are written.
	Place    func(h *Host, bundles []*Bundle, force bool) (*Installation, error)
	Displace func(h *Host, paths []string, force bool) (*Installation, error)
}

// Host answers questions about the host during an installation.
type Host struct {
	LookPath func(program string) (string, error)
	Exists   func(path string) bool
	Readlink func(path string) (target string, err error)
}

// ThisHost is the host that this program runs on.
func ThisHost() *Host {
	return &Host{
		LookPath: exec.LookPath,
		Exists:   func(path string) bool { _, err := os.Lstat(path); return err == nil },
		Readlink: os.Readlink,
	}
}

// Has reports whether a program is in PATH.
func (h *Host) Has(program string) bool { _, err := h.LookPath(program); return err == nil }

// MissingError is returned if the host does not have the init system of a format.
type MissingError struct{ Format, Why string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("cannot export to %s: %s", e.Format, e.Why)
}

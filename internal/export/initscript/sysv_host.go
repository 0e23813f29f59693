package initscript

import (
	"path/filepath"
	"time"

	"github.com/svloop/svloop/internal/export"
)

// initD is the directory of the scripts, for both sysv and OpenRC.
const initD = "/etc/init.d"

// initDirectory returns the function that returns the directory of the scripts.
func initDirectory(format string) func(*export.Host) (export.Directory, error) {
	return func(h *export.Host) (export.Directory, error) {
		if !h.Exists(initD) {
			return "", &export.MissingError{Format: format, Why: "there is no " + initD}
		}
		return initD, nil
	}
}

// enableSysv creates the links for the runlevels from the header. Existing links are not
// updated to a new header, so those of an earlier export are removed first.
func enableSysv(h *export.Host, dir export.Directory, name string, _ bool) ([]export.Step, error) {
	var steps []export.Step
	if h.Exists(filepath.Join(string(dir), name)) {
		forget, err := forgetSysv(h, name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, forget)
	}
	if program, found := admin(h, "update-rc.d"); found {
		return append(steps, export.Step{Argv: []string{program, name, "defaults"}}), nil
	}
	if program, found := admin(h, "chkconfig"); found {
		return append(steps, export.Step{Argv: []string{program, "--add", name}}), nil
	}
	return nil, errNoRunlevels
}

func stopSysv(h *export.Host, dir export.Directory, name string, _ time.Duration) ([]export.Step, error) {
	forget, err := forgetSysv(h, name)
	if err != nil {
		return nil, err
	}
	return []export.Step{{Argv: []string{filepath.Join(string(dir), name), "stop"}}, forget}, nil
}

func disableSysv(h *export.Host, _ export.Directory, name string) []export.Step {
	forget, err := forgetSysv(h, name)
	if err != nil {
		return nil // it was not enabled
	}
	return []export.Step{forget}
}

// forgetSysv removes the links, while the script still exists.
func forgetSysv(h *export.Host, name string) (export.Step, error) {
	if program, found := admin(h, "update-rc.d"); found {
		return export.Step{Argv: []string{program, "-f", name, "remove"}}, nil
	}
	if program, found := admin(h, "chkconfig"); found {
		return export.Step{Argv: []string{program, "--del", name}}, nil
	}
	return export.Step{}, errNoRunlevels
}

var errNoRunlevels = &export.MissingError{Format: "sysv", Why: "there is neither update-rc.d nor chkconfig"}

// admin returns the path of a command of the administrator, which may not be in PATH
// after su(1).
func admin(h *export.Host, program string) (path string, found bool) {
	if h.Has(program) {
		return program, true
	}
	for _, dir := range []string{"/usr/sbin", "/sbin"} {
		if path := filepath.Join(dir, program); h.Exists(path) {
			return path, true
		}
	}
	return "", false
}

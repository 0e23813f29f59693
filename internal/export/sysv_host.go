package export

import (
	"path/filepath"
	"time"
)

// initD is where both sysv and OpenRC have their scripts.
const initD = "/etc/init.d"

// initDirectory returns the function that finds the directory of the scripts.
func initDirectory(format string) func(*Host) (Directory, error) {
	return func(h *Host) (Directory, error) {
		if !h.Exists(initD) {
			return "", &MissingError{format, "there is no " + initD}
		}
		return initD, nil
	}
}

// enableSysv has the links of the runlevels made from the header. Links that
// are there would be left as they are, whatever the header says now, so that an
// earlier export has to be forgotten first.
func enableSysv(h *Host, dir Directory, name string, _ bool) ([]Step, error) {
	var steps []Step
	if h.Exists(filepath.Join(string(dir), name)) {
		forget, err := forgetSysv(h, name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, forget)
	}
	if program, found := h.admin("update-rc.d"); found {
		return append(steps, Step{Argv: []string{program, name, "defaults"}}), nil
	}
	if program, found := h.admin("chkconfig"); found {
		return append(steps, Step{Argv: []string{program, "--add", name}}), nil
	}
	return nil, errNoRunlevels
}

func stopSysv(h *Host, dir Directory, name string, _ time.Duration) ([]Step, error) {
	forget, err := forgetSysv(h, name)
	if err != nil {
		return nil, err
	}
	return []Step{{Argv: []string{filepath.Join(string(dir), name), "stop"}}, forget}, nil
}

func disableSysv(h *Host, _ Directory, name string) []Step {
	forget, err := forgetSysv(h, name)
	if err != nil {
		return nil // nothing has enabled it
	}
	return []Step{forget}
}

// forgetSysv has the links removed, while the script is still there.
func forgetSysv(h *Host, name string) (Step, error) {
	if program, found := h.admin("update-rc.d"); found {
		return Step{Argv: []string{program, "-f", name, "remove"}}, nil
	}
	if program, found := h.admin("chkconfig"); found {
		return Step{Argv: []string{program, "--del", name}}, nil
	}
	return Step{}, errNoRunlevels
}

var errNoRunlevels = &MissingError{"sysv", "there is neither update-rc.d nor chkconfig"}

// admin finds a command of the administrator, which need not be in PATH after
// su(1).
func (h *Host) admin(program string) (path string, found bool) {
	if h.has(program) {
		return program, true
	}
	for _, dir := range []string{"/usr/sbin", "/sbin"} {
		if path := filepath.Join(dir, program); h.Exists(path) {
			return path, true
		}
	}
	return "", false
}

package export

import (
	"path/filepath"
	"time"
)

const (
	systemdUnits = "/etc/systemd/system" // of the administrator (systemd.unit(5))
	systemdRuns  = "/run/systemd/system" // which is there while it does (sd_booted(3))
)

func systemdDirectory(h *Host) (Directory, error) {
	if !h.has("systemctl") {
		return "", &MissingError{"systemd", "there is no systemctl(1)"}
	}
	return systemdUnits, nil
}

// booted reports whether systemd runs the host. Where it does not, as in an image
// that is being made, systemctl enables and disables all the same.
func (h *Host) booted() bool { return h.Exists(systemdRuns) }

// reloadSystemd has a systemd that runs read its units anew.
func (h *Host) reloadSystemd() []Step {
	if !h.booted() {
		return nil
	}
	return []Step{{Argv: []string{"systemctl", "daemon-reload"}}}
}

// enableSystemd also disables what is expected stopped: it may have been expected
// to run when it was exported before.
func enableSystemd(h *Host, _ Directory, name string, running bool) ([]Step, error) {
	word := "disable"
	if running {
		word = "enable"
	}
	return append(h.reloadSystemd(), Step{Argv: []string{"systemctl", word, unitName(name)}}), nil
}

// unitPath is where systemd looks for units beside those of the administrator
// (systemd.unit(5), "Unit File Search Path").
var unitPath = []string{
	"/etc/systemd/system.attached", systemdRuns, "/run/systemd/system.attached", "/run/systemd/generator",
	"/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system", "/run/systemd/generator.late",
}

// shadowed returns the unit of somebody else, as a vendor, that an exported one
// of this name stands before, "" when there is none.
func (h *Host) shadowed(name string) string {
	for _, dir := range unitPath {
		if path := filepath.Join(dir, unitName(name)); h.Exists(path) {
			return path
		}
	}
	return ""
}

// systemdObstacle is such a unit, until ours has been put before it.
func systemdObstacle(h *Host, dir Directory, name string, force bool) error {
	if force || h.Exists(filepath.Join(string(dir), unitName(name))) {
		return nil
	}
	if path := h.shadowed(name); path != "" {
		return &EditedError{path, whyForeign}
	}
	return nil
}

// disableSystemd leaves a unit enabled that ours stands before: it goes by the
// same name.
func disableSystemd(h *Host, _ Directory, name string) []Step {
	if h.shadowed(name) != "" {
		return nil
	}
	return []Step{{Argv: []string{"systemctl", "disable", unitName(name)}}}
}

func stopSystemd(h *Host, _ Directory, name string, _ time.Duration) ([]Step, error) {
	var argv []string
	switch shadowed := h.shadowed(name) != ""; {
	case shadowed && h.booted():
		argv = []string{"systemctl", "stop", unitName(name)}
	case shadowed:
		return nil, nil
	case h.booted():
		argv = []string{"systemctl", "disable", "--now", unitName(name)}
	default:
		argv = []string{"systemctl", "disable", unitName(name)}
	}
	return []Step{{Argv: argv}}, nil
}

// forgottenSystemd has the links that enable a unit lead to the one that ours has
// stood before.
func forgottenSystemd(h *Host, dir Directory, name string) ([]Step, error) {
	steps := h.reloadSystemd()
	if h.shadowed(name) != "" && h.Exists(filepath.Join(string(dir), "multi-user.target.wants", unitName(name))) {
		steps = append(steps, Step{Argv: []string{"systemctl", "reenable", unitName(name)}})
	}
	return steps, nil
}

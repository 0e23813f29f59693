package systemd

import (
	"path/filepath"
	"time"

	"github.com/svloop/svloop/internal/export"
)

const (
	systemdUnits = "/etc/systemd/system" // the units of the administrator (systemd.unit(5))
	systemdRuns  = "/run/systemd/system" // exists if systemd is the init system (sd_booted(3))
)

func directory(h *export.Host) (export.Directory, error) {
	if !h.Has("systemctl") {
		return "", &export.MissingError{Format: "systemd", Why: "there is no systemctl(1)"}
	}
	return systemdUnits, nil
}

// booted reports whether systemd is the init system. If it is not, as in an image under
// construction, systemctl can still enable and disable.
func booted(h *export.Host) bool { return h.Exists(systemdRuns) }

// reload makes systemd read its units again, if it runs.
func reload(h *export.Host) []export.Step {
	if !booted(h) {
		return nil
	}
	return []export.Step{{Argv: []string{"systemctl", "daemon-reload"}}}
}

// enable disables a service that is expected to be stopped, because an earlier export may
// have enabled it.
func enable(h *export.Host, _ export.Directory, name string, running bool) ([]export.Step, error) {
	word := "disable"
	if running {
		word = "enable"
	}
	return append(reload(h), export.Step{Argv: []string{"systemctl", word, unitName(name)}}), nil
}

// unitPath lists the directories that systemd searches for units after that of the
// administrator (systemd.unit(5), "Unit File Search Path").
var unitPath = []string{
	"/etc/systemd/system.attached", systemdRuns, "/run/systemd/system.attached", "/run/systemd/generator",
	"/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system", "/run/systemd/generator.late",
}

// shadowed returns the unit of another owner, such as a vendor, that an exported unit of
// this name overrides, or "".
func shadowed(h *export.Host, name string) string {
	for _, dir := range unitPath {
		if path := filepath.Join(dir, unitName(name)); h.Exists(path) {
			return path
		}
	}
	return ""
}

// obstacle returns such a unit, unless an exported unit overrides it already.
func obstacle(h *export.Host, dir export.Directory, name string, force bool) error {
	if force || h.Exists(filepath.Join(string(dir), unitName(name))) {
		return nil
	}
	if path := shadowed(h, name); path != "" {
		return &export.EditedError{Path: path, Why: export.WhyForeign}
	}
	return nil
}

// disable keeps a unit enabled that the exported unit overrides, because both have the
// same name.
func disable(h *export.Host, _ export.Directory, name string) []export.Step {
	if shadowed(h, name) != "" {
		return nil
	}
	return []export.Step{{Argv: []string{"systemctl", "disable", unitName(name)}}}
}

func stop(h *export.Host, _ export.Directory, name string, _ time.Duration) ([]export.Step, error) {
	var argv []string
	switch shadowed := shadowed(h, name) != ""; {
	case shadowed && booted(h):
		argv = []string{"systemctl", "stop", unitName(name)}
	case shadowed:
		return nil, nil
	case booted(h):
		argv = []string{"systemctl", "disable", "--now", unitName(name)}
	default:
		argv = []string{"systemctl", "disable", unitName(name)}
	}
	return []export.Step{{Argv: argv}}, nil
}

// forgotten points the links that enable a unit to the unit that the exported one has
// overridden.
func forgotten(h *export.Host, dir export.Directory, name string) ([]export.Step, error) {
	steps := reload(h)
	if shadowed(h, name) != "" && h.Exists(filepath.Join(string(dir), "multi-user.target.wants", unitName(name))) {
		steps = append(steps, export.Step{Argv: []string{"systemctl", "reenable", unitName(name)}})
	}
	return steps, nil
}

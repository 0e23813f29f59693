package supervised

import (
	"path/filepath"
	"strconv"
	"time"

	"github.com/svloop/svloop/internal/export"
)

// Runit is a service directory of runsv(8).
var Runit = export.Format{
	Name:      "runit",
	Native:    true,
	Translate: onRunit.translate,
	System: export.System{
		First:     func(name string) string { return name + "/run" },
		Directory: runitDirectory,
		Enable:    enableRunit,
		Obstacle:  runitObstacle,
		Disable:   disableRunit,
		Stop:      stopRunit,
		Forgotten: forgetSupervised,
	},
}

var onRunit = &supervisor{
	name:    "runit",
	monitor: "runsv",
	// With -v sv waits until runsv has read the command. Otherwise runsv would restart an
	// svloop that exits at once.
	once:  "sv -v once . >/dev/null",
	lead:  "chpst -P ",
	check: "check",
	// sv reload and sv hup run it.
	hangup: "control/h",
}

// runitScan returns the directory that runsvdir(8) scans: that of Debian, of Void, or of
// runit's author.
func runitScan(h *export.Host) (string, error) {
	return scanned(h, "runit", "/etc/service", "/var/service", "/service")
}

func runitDirectory(h *export.Host) (export.Directory, error) {
	if !h.Has("sv") {
		return "", &export.MissingError{Format: "runit", Why: "there is no sv(8)"}
	}
	_, err := runitScan(h)
	return "/etc/sv", err
}

// enableRunit links the service, so that runsvdir finds it within five seconds. A file
// "down" prevents the start of a service that is expected to be stopped.
func enableRunit(h *export.Host, dir export.Directory, name string, running bool) ([]export.Step, error) {
	scan, err := runitScan(h)
	return []export.Step{{Link: filepath.Join(scan, name), Target: filepath.Join(string(dir), name)}}, err
}

func runitObstacle(h *export.Host, dir export.Directory, name string, _ bool) error {
	scan, _ := runitScan(h) // enable has checked the error
	return linkObstacle(h, scan, dir, name)
}

// disableRunit removes the link. runsvdir then stops a runsv that it has started already.
func disableRunit(h *export.Host, dir export.Directory, name string) []export.Step {
	scan, _ := runitScan(h)
	return []export.Step{{Unlink: filepath.Join(scan, name), Target: filepath.Join(string(dir), name)}}
}

// stopRunit removes the link first, because runsvdir restarts the runsv of a linked
// service.
func stopRunit(h *export.Host, dir export.Directory, name string, longest time.Duration) ([]export.Step, error) {
	scan, err := runitScan(h)
	path := filepath.Join(string(dir), name)
	return []export.Step{
		{Unlink: filepath.Join(scan, name), Target: path},
		{Argv: []string{"sv", "-w", strconv.Itoa(int(longest.Seconds())), "force-shutdown", path}, Reader: filepath.Join(path, "supervise/ok")},
	}, err
}

package supervised

import (
	"path/filepath"
	"strconv"
	"time"

	"github.com/svloop/svloop/internal/export"
)

// S6 is a service directory of s6-supervise, described in servicedir.html of s6.
var S6 = export.Format{
	Name:      "s6",
	Native:    true,
	Translate: onS6.translate,
	System: export.System{
		First:     func(name string) string { return name + "/run" },
		Directory: s6Directory,
		Enable:    enableS6,
		Obstacle:  s6Obstacle,
		Disable:   disableS6,
		Stop:      stopS6,
		Forgotten: forgetSupervised,
	},
}

// onS6: s6-supervise itself makes svloop a session leader.
var onS6 = &supervisor{
	name:    "s6",
	monitor: "s6-supervise",
	once:    "s6-svc -O .",
	checked: "s6-notifyoncheck -n 0 -w 250 ",
	check:   "data/check",
	ready:   []export.File{{Name: "notification-fd", Mode: 0o644, Text: "3\n"}},
	// Without it, finish is killed after 5 seconds.
	finish: []export.File{{Name: "timeout-finish", Mode: 0o644, Text: "0\n"}},
}

// s6Scan returns the directory that s6-svscan scans, one of the usual places.
func s6Scan(h *export.Host) (string, error) {
	return scanned(h, "s6", "/run/service", "/service", "/var/service")
}

func s6Directory(h *export.Host) (export.Directory, error) {
	if !h.Has("s6-svscanctl") {
		return "", &export.MissingError{Format: "s6", Why: "there is no s6-svscanctl"}
	}
	_, err := s6Scan(h)
	return "/etc/s6/sv", err
}

// enableS6 links the service and makes s6-svscan scan. A file "down" prevents the start
// of a service that is expected to be stopped.
func enableS6(h *export.Host, dir export.Directory, name string, running bool) ([]export.Step, error) {
	scan, err := s6Scan(h)
	return []export.Step{
		{Link: filepath.Join(scan, name), Target: filepath.Join(string(dir), name)},
		rescan(scan, "-a"),
	}, err
}

func s6Obstacle(h *export.Host, dir export.Directory, name string, _ bool) error {
	scan, _ := s6Scan(h) // enable has checked the error
	return linkObstacle(h, scan, dir, name)
}

// disableS6 makes s6-svscan stop a monitor that it has started already.
func disableS6(h *export.Host, dir export.Directory, name string) []export.Step {
	scan, _ := s6Scan(h)
	return []export.Step{{Unlink: filepath.Join(scan, name), Target: filepath.Join(string(dir), name)}, rescan(scan, "-an")}
}

// stopS6 stops the service, then its monitor.
func stopS6(h *export.Host, dir export.Directory, name string, longest time.Duration) ([]export.Step, error) {
	scan, err := s6Scan(h)
	path := filepath.Join(string(dir), name)
	return []export.Step{
		{
			Argv:   []string{"s6-svc", "-wD", "-T", strconv.FormatInt(longest.Milliseconds(), 10), "-d", path},
			Reader: filepath.Join(path, "supervise/control"),
		},
		{Unlink: filepath.Join(scan, name), Target: path},
		rescan(scan, "-an"),
	}, err
}

// rescan makes s6-svscan scan again, if it runs.
func rescan(scan, options string) export.Step {
	return export.Step{Argv: []string{"s6-svscanctl", options, scan}, Reader: filepath.Join(scan, ".s6-svscan/control")}
}

package supervised

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/export"
)

// linkObstacle returns the reason why a link to a service cannot be created: a link to
// another target or another file has its name.
func linkObstacle(h *export.Host, scan string, dir export.Directory, name string) error {
	link := filepath.Join(scan, name)
	if !h.Exists(link) {
		return nil
	}
	target, err := h.Readlink(link)
	switch {
	case err != nil:
		return fmt.Errorf("cannot create link %q: another file has this name", link)
	case target != filepath.Join(string(dir), name):
		return fmt.Errorf("cannot create link %q: it already exists, and points to %q", link, target)
	}
	return nil
}

// scanned returns the first existing directory of those that a supervisor scans for
// services.
func scanned(h *export.Host, format string, dirs ...string) (string, error) {
	for _, dir := range dirs {
		if h.Exists(dir) {
			return dir, nil
		}
	}
	last := len(dirs) - 1
	return "", &export.MissingError{Format: format, Why: fmt.Sprintf("there is no directory %s or %s", strings.Join(dirs[:last], ", "), dirs[last])}
}

// forgetSupervised removes the state that the monitor keeps beside the files.
func forgetSupervised(h *export.Host, dir export.Directory, name string) ([]export.Step, error) {
	return []export.Step{{Forget: filepath.Join(string(dir), name)}}, nil
}

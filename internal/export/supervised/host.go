package supervised

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/export"
)

// linkObstacle returns why a link to a service cannot be made: its place is taken by
// a link that points elsewhere, or by something else.
func linkObstacle(h *export.Host, scan string, dir export.Directory, name string) error {
	link := filepath.Join(scan, name)
	if !h.Exists(link) {
		return nil
	}
	target, err := h.Readlink(link)
	switch {
	case err != nil:
		return fmt.Errorf("cannot make link %q: something else is there", link)
	case target != filepath.Join(string(dir), name):
		return fmt.Errorf("cannot make link %q: it is there already, and leads to %q", link, target)
	}
	return nil
}

// scanned returns the first directory that exists of those which a supervisor scans
// for services.
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

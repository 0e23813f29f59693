package export

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/pkg/servicedef"
)

// patience is how long a service gets to end, as svctl gives it without a timeout
// (svctl.conf(5)). Some need longer, and say so.
const patience = servicedef.DefaultTimeout

// linkObstacle returns why a link to a service cannot be made: there is one that
// leads elsewhere, or something else.
func linkObstacle(h *Host, scan string, dir Directory, name string) error {
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

// scanned returns the first directory that there is of those in which a
// supervisor looks for services.
func (h *Host) scanned(format string, dirs ...string) (string, error) {
	for _, dir := range dirs {
		if h.Exists(dir) {
			return dir, nil
		}
	}
	last := len(dirs) - 1
	return "", &MissingError{format, fmt.Sprintf("there is no directory %s or %s", strings.Join(dirs[:last], ", "), dirs[last])}
}

// forgetSupervised removes what the monitor has kept beside the files.
func forgetSupervised(h *Host, dir Directory, name string) ([]Step, error) {
	return []Step{{Forget: filepath.Join(string(dir), name)}}, nil
}

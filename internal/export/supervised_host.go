package export

import (
	"fmt"
	"path/filepath"
	"strings"
)

// patience is how many seconds a service gets to end, as svctl gives it without
// a timeout (svctl.conf(5)).
const patience = 60

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

package export

import (
	"errors"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/servicedef"
)

// ErrItself is returned if the service would call itself; see DrivesItself.
var ErrItself = errors.New("one of its commands acts on the init system's service of the same name, so the exported service would call itself")

// DrivesItself reports whether a command of the service acts on a service of the exported
// name in the init system. That is the exported service, which has svctl run the command:
// an infinite recursion.
func DrivesItself(s *Source) bool {
	for _, action := range []servicedef.Action{servicedef.Start, servicedef.Stop, servicedef.Status, servicedef.Restart} {
		if manages(s.Step(action, s.Svloop).Argv, s.Name()) {
			return true
		}
	}
	return false
}

// managers are the commands that act on the services of an init system, which their
// arguments name.
var managers = []string{"service", "invoke-rc.d", "systemctl", "rc-service"}

// manages reports whether a command acts on a service of this name: in its own words or
// in the text of a shell's -c, and also behind other commands such as sudo and env.
func manages(argv []string, name string) bool {
	words := strings.FieldsFunc(strings.Join(argv, " "), func(r rune) bool {
		return strings.ContainsRune(" \t\n\"'`;&|()", r)
	})
	manager := false
	for _, word := range words {
		dir, base := path.Split(word)
		switch {
		case strings.HasSuffix(dir, "/init.d/") && base == name:
			return true
		case manager && (word == name || word == name+".service"):
			return true
		case slices.Contains(managers, base) && (dir == "" || isSystemBin(dir)):
			manager = true
		}
	}
	return false
}

// isSystemBin reports whether a directory has the commands of the system. A command of
// the same name elsewhere is a different program.
func isSystemBin(dir string) bool {
	return slices.Contains([]string{"/bin", "/sbin", "/usr/bin", "/usr/sbin"}, filepath.Clean(dir))
}

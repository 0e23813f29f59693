package export

import (
	"errors"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/servicedef"
)

// ErrItself: the service would run itself; see DrivesItself.
var ErrItself = errors.New("a command of it acts on the init system's service of this name, which would be the exported one: it would run itself")

// DrivesItself reports whether a command of the service has the init system act
// on a service of the exported name. That would then be the exported service, which
// has svctl run the command, in an infinite recursion.
func DrivesItself(s *Source) bool {
	for _, action := range []servicedef.Action{servicedef.Start, servicedef.Stop, servicedef.Status, servicedef.Restart} {
		if manages(s.Step(action, s.Svloop).Argv, s.Name()) {
			return true
		}
	}
	return false
}

// managers are the commands that act on services of an init system, which are named
// in their arguments.
var managers = []string{"service", "invoke-rc.d", "systemctl", "rc-service"}

// manages reports whether a command acts on a service of this name: in words of
// its own, or in the text of a shell's -c, and behind other commands such as
// sudo and env.
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

// isSystemBin reports whether the system has its commands in a directory: what
// stands elsewhere under such a name is somebody's own.
func isSystemBin(dir string) bool {
	return slices.Contains([]string{"/bin", "/sbin", "/usr/bin", "/usr/sbin"}, filepath.Clean(dir))
}

package importing

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/internal/importing/initscript"
)

// kind is the kind of a file.
type kind int

const (
	unknown kind = iota
	initScript
	systemdUnit
	supervisordFile
	runScript
)

// Sections that only units have, or only configurations of supervisord.
var (
	sectionLine       = regexp.MustCompile(`(?m)^\[([^\]\n]+)\]`)
	unitSection       = regexp.MustCompile(`^(Unit|Service|Install|Socket|Timer|Mount|Automount|Swap|Path|Slice|Scope)$`)
	supervisorSection = regexp.MustCompile(`^((program|group|eventlistener|fcgi-program|rpcinterface):.*|supervisord|supervisorctl|unix_http_server|inet_http_server|include)$`)
)

func recognize(f *entry.File) kind {
	if strings.HasPrefix(f.Data, "#!") {
		base := filepath.Base(f.Path)
		switch {
		case strings.Contains(f.Data, initscript.HeaderBegin), initscript.IsOpenRC(f.Data):
			return initScript
		case base == "run" && !initscript.Takes(f.Data, "start"):
			return runScript
		case f.Executable && initscript.Takes(f.Data, "start", "stop"):
			return initScript
		}
		return unknown
	}
	for _, section := range sectionLine.FindAllStringSubmatch(f.Data, -1) {
		switch {
		case unitSection.MatchString(section[1]):
			return systemdUnit
		case supervisorSection.MatchString(section[1]):
			return supervisordFile
		}
	}
	switch {
	case filepath.Ext(f.Path) == ".service":
		return systemdUnit
	case strings.Contains(f.Data, initscript.HeaderBegin):
		return initScript
	}
	return unknown
}

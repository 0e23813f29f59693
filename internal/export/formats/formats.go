// Package formats lists the init systems that services can be exported to.
package formats

import (
	"slices"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/cron"
	"github.com/svloop/svloop/internal/export/initscript"
	"github.com/svloop/svloop/internal/export/supervised"
	"github.com/svloop/svloop/internal/export/systemd"
)

// All are the formats, in the order of the usage.
var All = []export.Format{systemd.Format, initscript.Sysv, initscript.OpenRC, supervised.Runit, supervised.S6, cron.Format}

// Names are the names of all formats.
func Names() []string {
	var names []string
	for _, f := range All {
		names = append(names, f.Name)
	}
	return names
}

// Lookup returns the format with a name.
func Lookup(name string) (export.Format, bool) {
	i := slices.IndexFunc(All, func(f export.Format) bool { return f.Name == name })
	if i < 0 {
		return export.Format{}, false
	}
	return All[i], true
}

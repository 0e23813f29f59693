// Package version tells which version of the suite a binary is.
package version

import (
	"cmp"
	"fmt"
	"runtime/debug"
)

// release is the version of a package. The linker sets it (-X): a build from a
// source tree alone knows no version.
var release string

// Line returns the answer to --version: the program's name, and the version of
// the package or the module and the commit as the build has recorded them.
func Line(program string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return program + " (unknown version)"
	}
	version := cmp.Or(release, info.Main.Version)
	if version == "" || version == "(devel)" {
		version = "development version"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return fmt.Sprintf("%s %s (commit %.12s, %s)", program, version, setting.Value, info.GoVersion)
		}
	}
	return fmt.Sprintf("%s %s (%s)", program, version, info.GoVersion)
}

// Package version reports the version of a binary.
package version

import (
	"cmp"
	"fmt"
	"runtime/debug"
)

// release is the version of a package. Only package builds set it, with the
// linker option -X.
var release string

// Text returns the version alone.
func Text() string {
	info, _ := debug.ReadBuildInfo()
	return of(info)
}

func of(info *debug.BuildInfo) string {
	version := release
	if info != nil {
		version = cmp.Or(release, info.Main.Version)
	}
	if version == "" || version == "(devel)" {
		return "development version"
	}
	return version
}

// Line returns the output of --version: the name of the program, its version,
// and the commit of the build.
func Line(program string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return program + " (unknown version)"
	}
	version := of(info)
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return fmt.Sprintf("%s %s (commit %.12s, %s)", program, version, setting.Value, info.GoVersion)
		}
	}
	return fmt.Sprintf("%s %s (%s)", program, version, info.GoVersion)
}

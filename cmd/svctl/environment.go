package main

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/environ"
)

// environment is a list of NAME=VALUE.
type environment []string

// lookup returns the value of a variable, and whether it is set.
func (e environment) lookup(name string) (value string, found bool) {
	return environ.Lookup(e, name)
}

func (e environment) get(name string) string {
	value, _ := e.lookup(name)
	return value
}

// directory returns the absolute directory in a variable. Any other value counts as
// unset, as the XDG Base Directory Specification requires: another user may own the
// current directory, and so a relative one.
func (e environment) directory(name string) (dir string, found bool) {
	dir = e.get(name)
	return dir, filepath.IsAbs(dir)
}

// search returns the absolute directories of PATH. Empty and relative elements mean the
// current directory or one below it, and are skipped.
func (e environment) search() []string {
	return slices.DeleteFunc(filepath.SplitList(e.get("PATH")), func(dir string) bool { return !filepath.IsAbs(dir) })
}

// withAbsolutePATH returns the environment of the commands: the environment without the
// relative directories of PATH. A service must not depend on the directory in which svctl
// was called, least of all root's service on another user's directory.
func (e environment) withAbsolutePATH() environment {
	changed := slices.Clone(e)
	for i, pair := range changed {
		if strings.HasPrefix(pair, "PATH=") {
			changed[i] = "PATH=" + strings.Join(e.search(), string(filepath.ListSeparator))
		}
	}
	return changed
}

package main

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/environ"
)

// environment is a list of NAME=VALUE.
type environment []string

// lookup returns a variable, and whether there is one.
func (e environment) lookup(name string) (value string, found bool) {
	return environ.Lookup(e, name)
}

func (e environment) get(name string) string {
	value, _ := e.lookup(name)
	return value
}

// directory returns the absolute directory that a variable names. Any other value
// counts as none, as the XDG Base Directory Specification says of its variables:
// the current directory may be anybody's, and so would be what is found there.
func (e environment) directory(name string) (dir string, found bool) {
	dir = e.get(name)
	return dir, filepath.IsAbs(dir)
}

// search returns the absolute directories of PATH. An empty or relative one
// stands for the current directory or one below it.
func (e environment) search() []string {
	return slices.DeleteFunc(filepath.SplitList(e.get("PATH")), func(dir string) bool { return !filepath.IsAbs(dir) })
}

// withAbsolutePATH returns the environment of the commands. It is the same but for
// the directories of PATH that are not absolute: a service must not depend on the
// directory in which somebody types svctl, least of all root in another user's.
func (e environment) withAbsolutePATH() environment {
	changed := slices.Clone(e)
	for i, pair := range changed {
		if strings.HasPrefix(pair, "PATH=") {
			changed[i] = "PATH=" + strings.Join(e.search(), string(filepath.ListSeparator))
		}
	}
	return changed
}

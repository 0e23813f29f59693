// Package workdir is about relative paths and where they start: what they lead to
// is the same as if the kernel had followed them from there.
package workdir

import (
	"path/filepath"
	"slices"
	"strings"
)

// Join returns a relative path as one that starts at dir; an absolute one is
// returned as it is. Other than [filepath.Join] it leaves ".." and a slash at the
// end to the kernel: behind a symbolic link ".." is not where the name says, and
// with a slash only a directory is meant.
func Join(dir, path string) string {
	switch {
	case dir == "" || filepath.IsAbs(path):
		return path
	case slices.Contains(strings.Split(path, "/"), "..") || strings.HasSuffix(path, "/"):
		return strings.TrimSuffix(dir, "/") + "/" + path
	}
	return filepath.Join(dir, path)
}

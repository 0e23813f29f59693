// Package workdir resolves relative paths against a directory, with the same
// result as in the kernel.
package workdir

import (
	"path/filepath"
	"slices"
	"strings"
)

// Join resolves a relative path against dir. It returns an absolute path
// unchanged. Unlike [filepath.Join], it keeps ".." and a slash at the end:
// after a symbolic link, ".." is not the directory that the name suggests, and
// a slash at the end demands a directory.
func Join(dir, path string) string {
	switch {
	case dir == "" || filepath.IsAbs(path):
		return path
	case slices.Contains(strings.Split(path, "/"), "..") || strings.HasSuffix(path, "/"):
		return strings.TrimSuffix(dir, "/") + "/" + path
	}
	return filepath.Join(dir, path)
}

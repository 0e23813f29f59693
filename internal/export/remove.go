package export

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Removable returns the files of an exported service, the first file of which is
// named; none when it is not exported here. One that is not as it was exported
// is an *EditedError, unless forced.
func (d Directory) Removable(first string, force bool) ([]string, error) {
	found, err := d.stamps(first)
	var edited *EditedError
	if errors.As(err, &edited) && force {
		return []string{first}, nil
	}
	if err != nil {
		return nil, err
	}
	var all []error
	for _, name := range found.names {
		if !filepath.IsLocal(name) {
			return nil, &EditedError{filepath.Join(string(d), first), whyEdited}
		}
		if !force {
			all = append(all, d.unedited(name, found))
		}
	}
	return found.names, errors.Join(all...)
}

// Remove removes files, and directories that are empty then.
func (d Directory) Remove(names []string) error {
	for _, name := range names {
		path := filepath.Join(string(d), name)
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot remove %q: %w", path, cause(err))
		}
		for dir := filepath.Dir(name); dir != "."; dir = filepath.Dir(dir) {
			if os.Remove(filepath.Join(string(d), dir)) != nil {
				break // something else stands in it
			}
		}
	}
	return nil
}

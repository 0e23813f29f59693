package export

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// installed is a service that was exported: its files, and how long its stop may
// take, 0 if it is not longer than Patience.
type installed struct {
	names      []string
	longestEnd time.Duration
}

// removable returns the exported service with this first file, or nothing if it is not
// exported here. It returns an *EditedError if a file was edited or made by another
// command, unless forced.
//
// The first file is the last in the result: as long as it exists, it names the others.
func (d Directory) removable(first, made string, force bool) (installed, error) {
	found, err := d.stamps(first)
	var edited *EditedError
	if errors.As(err, &edited) && force {
		return installed{names: []string{first}}, nil
	}
	if err != nil || len(found.names) == 0 {
		return installed{}, err
	}
	var all []error
	if !force {
		all = append(all, d.madeBy(first, made, found))
	}
	in := installed{longestEnd: found.longestEnd}
	for _, name := range found.names {
		if !filepath.IsLocal(name) {
			return installed{}, &EditedError{filepath.Join(string(d), first), whyEdited}
		}
		if !force {
			all = append(all, d.unedited(name, found))
		}
		if name != first {
			in.names = append(in.names, name)
		}
	}
	in.names = append(in.names, first)
	return in, errors.Join(all...)
}

// remove removes files, and their directories if they are empty afterwards.
func (d Directory) remove(c *change, names []string) error {
	for _, name := range names {
		path := filepath.Join(string(d), name)
		if err := c.remove(path); err != nil {
			return fmt.Errorf("cannot remove %q: %w", path, cause(err))
		}
		for dir := filepath.Dir(name); dir != "."; dir = filepath.Dir(dir) {
			c.empty = append(c.empty, filepath.Join(string(d), dir))
		}
	}
	return nil
}

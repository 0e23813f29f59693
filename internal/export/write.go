package export

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// write writes the files of services: first a temporary file beside each, then all
// renames.
func (d Directory) write(c *change, bundles []*Bundle) error {
	type pair struct{ from, to string }
	var pairs []pair
	for _, b := range bundles {
		for _, f := range b.Files {
			to := filepath.Join(string(d), f.Name)
			if err := c.directories(string(d), filepath.Dir(f.Name)); err != nil {
				return err
			}
			from, err := c.file(to, f)
			if err != nil {
				return err
			}
			pairs = append(pairs, pair{from, to})
		}
	}
	for _, p := range pairs {
		if err := c.replace(p.from, p.to); err != nil {
			return fmt.Errorf("cannot replace %q: %w", p.to, cause(err))
		}
	}
	return nil
}

// directories creates the directories of a name below top.
func (c *change) directories(top, name string) error {
	if name == "." {
		return nil
	}
	if err := c.directories(top, filepath.Dir(name)); err != nil {
		return err
	}
	path := filepath.Join(top, name)
	err := os.Mkdir(path, 0o755)
	if err == nil {
		c.did(func(context.Context) { os.Remove(path) }) // fails if it is not empty
		return nil
	}
	if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
		return nil
	}
	return fmt.Errorf("cannot create directory %q: %w", path, cause(err))
}

// file writes a temporary file beside its place, and returns its name.
func (c *change) file(place string, f File) (string, error) {
	tmp, err := os.CreateTemp(filepath.Dir(place), ".svctl-")
	if err != nil {
		return "", fmt.Errorf("cannot write %q: %w", place, cause(err))
	}
	c.did(func(context.Context) { os.Remove(tmp.Name()) })
	_, err = tmp.WriteString(f.Text)
	err = errors.Join(err, tmp.Chmod(f.Mode), tmp.Sync(), tmp.Close())
	if err != nil {
		return "", fmt.Errorf("cannot write %q: %w", place, cause(err))
	}
	return tmp.Name(), nil
}

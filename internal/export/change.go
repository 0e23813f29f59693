package export

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// change is what was done so far, so that it can be taken back. A file that was
// replaced or removed is kept beside its place until all is done.
type change struct {
	undo  []func(context.Context)
	kept  []string
	empty []string // directories that are removed then, if nothing is in them
}

// did says how to take back what was done last.
func (c *change) did(undo func(context.Context)) { c.undo = append(c.undo, undo) }

// back takes everything back, the last first.
func (c *change) back(ctx context.Context) {
	for _, undo := range slices.Backward(c.undo) {
		undo(ctx)
	}
}

// done removes what was kept.
func (c *change) done() {
	for _, path := range c.kept {
		os.Remove(path)
	}
	for _, dir := range c.empty {
		os.Remove(dir) // where something else stands in it, it stays
	}
}

// steps does them. One that fails may have come half the way: it is taken back,
// too.
func (c *change) steps(ctx context.Context, steps []Step) error {
	for _, step := range steps {
		c.did(func(ctx context.Context) {
			for _, undo := range step.Undo {
				_ = undo.Do(ctx) // there may be nothing to take back
			}
		})
		if err := step.Do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// keptName is the name of a kept file. The dot in front hides it from those who
// read all files of a directory, as insserv, OpenRC and s6-svscan do.
func keptName(path string) string {
	return filepath.Join(filepath.Dir(path), ".svctl-old."+filepath.Base(path))
}

// replace gives a file that was made its place.
func (c *change) replace(made, place string) error {
	old := keptName(place)
	// With a second name the file is in its place all the time. It cannot get one
	// on some filesystems, and where it is another user's.
	err := os.Link(place, old)
	if err != nil {
		err = os.Rename(place, old)
	}
	switch {
	case err == nil:
		c.restore(old, place)
	case errors.Is(err, fs.ErrNotExist):
		c.did(func(context.Context) { os.Remove(place) })
	default:
		return err
	}
	return os.Rename(made, place)
}

// remove takes a file away; it may be missing.
func (c *change) remove(path string) error {
	old := keptName(path)
	switch err := os.Rename(path, old); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	c.restore(old, path)
	return nil
}

// restore says that a file was kept, and how it comes back. Two names of the
// same file both remain after a rename.
func (c *change) restore(old, place string) {
	c.kept = append(c.kept, old)
	c.did(func(context.Context) {
		if os.Rename(old, place) == nil {
			os.Remove(old)
		}
	})
}

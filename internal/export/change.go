package export

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// change records the steps so far, to undo them after a failure. A file that is replaced
// or removed is kept under another name until all steps have succeeded.
type change struct {
	undo  []func(context.Context)
	kept  []string
	empty []string // directories to remove at the end if they are empty
}

// did records how to undo the last step.
func (c *change) did(undo func(context.Context)) { c.undo = append(c.undo, undo) }

// back undoes all steps, the last first.
func (c *change) back(ctx context.Context) {
	for _, undo := range slices.Backward(c.undo) {
		undo(ctx)
	}
}

// done removes the kept files.
func (c *change) done() {
	for _, path := range c.kept {
		os.Remove(path)
	}
	for _, dir := range c.empty {
		os.Remove(dir) // fails if it is not empty
	}
}

// steps executes steps. A step that fails may have had some effect, so it is undone
// too.
func (c *change) steps(ctx context.Context, steps []Step) error {
	for _, step := range steps {
		c.did(func(ctx context.Context) {
			for _, undo := range step.Undo {
				_ = undo.Do(ctx) // there may be nothing to undo
			}
		})
		if err := step.Do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// keptName is the name of a kept file. The leading dot hides it from insserv, OpenRC
// and s6-svscan, which read all files of a directory.
func keptName(path string) string {
	return filepath.Join(filepath.Dir(path), ".svctl-old."+filepath.Base(path))
}

// replace moves a new file to its place.
func (c *change) replace(made, place string) error {
	old := keptName(place)
	// With a hard link the old file stays in its place until the rename. Some file
	// systems have none, and the file of another user may not get one.
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

// remove removes a file, which may be missing.
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

// restore records that a file was kept, and how to restore it. A rename to a hard
// link of the same file leaves both names.
func (c *change) restore(old, place string) {
	c.kept = append(c.kept, old)
	c.did(func(context.Context) {
		if os.Rename(old, place) == nil {
			os.Remove(old)
		}
	})
}

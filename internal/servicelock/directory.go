package servicelock

import (
	"sync"

	"github.com/svloop/svloop/internal/runtimedir"
)

// Directory holds the files of services. Several goroutines may use it.
type Directory struct {
	Skipped []error // why directories that come first are not used

	boot string
	open func() (*runtimedir.Directory, error) // nil: a directory that was removed stays away

	mu   sync.Mutex
	here *runtimedir.Directory
}

// Open returns the directory of the user, and makes it if needed. If it is removed later, it
// is made again when it is used, because a supervisor lives for long: the locks in the
// removed one would exclude no other process.
func Open(u runtimedir.User) (*Directory, error) {
	open := func() (*runtimedir.Directory, error) { return runtimedir.Open(u) }
	dir, err := open()
	if err != nil {
		return nil, err
	}
	return &Directory{Skipped: dir.Skipped, boot: runtimedir.BootID(), open: open, here: dir}, nil
}

// Current returns the directory at this moment.
func (d *Directory) Current() *runtimedir.Directory {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil || !d.here.Removed() {
		return d.here
	}
	if again, err := d.open(); err == nil {
		d.here.Close() // an operation in progress completes
		d.here = again
	}
	return d.here
}

// Name returns the path of the directory.
func (d *Directory) Name() string { return d.Current().Name() }

// Close closes the directory.
func (d *Directory) Close() error { return d.Current().Close() }

package supervisor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/svloop/svloop/pkg/servicedef"
)

// longestStore is more than the windows of a large configuration take.
const longestStore = 64 << 20

// readStore reads the store, which may be missing. A device, such as /dev/null, stores
// nothing.
func readStore(path string, entries []*servicedef.Entry) (windows, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return windows{}, nil
	case err != nil:
		return nil, fmt.Errorf("cannot read the store: %w", err)
	case info.Mode()&fs.ModeDevice != 0:
		return windows{}, nil
	case !info.Mode().IsRegular(): // a read of a FIFO would block
		return nil, fmt.Errorf("%w %q: it is not a regular file", ErrStore, path)
	case info.Size() > longestStore:
		return nil, fmt.Errorf("%w %q: it is larger than %d bytes", ErrStore, path, longestStore)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the store: %w", err)
	}
	w, err := decodeStore(text, entries)
	if err != nil {
		err = fmt.Errorf("%w %q: %w", ErrStore, path, err)
	}
	return w, err
}

// writeStore replaces the store atomically. A link is followed, and a device is written
// to.
func writeStore(path string, text []byte) error {
	mode := fs.FileMode(0o644)
	path = targetOf(path)
	switch info, err := os.Stat(path); {
	case err == nil && !info.Mode().IsRegular():
		return wrapStore(os.WriteFile(path, text, mode))
	case err == nil:
		mode = info.Mode().Perm()
		f, err := os.OpenFile(path, os.O_WRONLY, 0) // the user may not want it to be replaced
		if err != nil {
			return wrapStore(err)
		}
		f.Close()
	}
	fresh := path + ".new"
	_ = os.Remove(fresh) // left by a crash
	f, err := os.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return wrapStore(err)
	}
	_, err = f.Write(text)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		os.Remove(fresh)
	}
	return wrapStore(err)
}

// targetOf follows symbolic links from a file, also if there is nothing at their end.
func targetOf(path string) string {
	for range 40 { // as the kernel does
		target, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Dir(path) + "/" + target // Join would take .. for the parent of a link
		}
		path = target
	}
	return path
}

func wrapStore(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("cannot write the store: %w", err)
}

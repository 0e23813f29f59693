//go:build linux

package pidfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// failedSuffix is the suffix of the file in which an instance that gave up leaves
// its last record. The next claim or quit removes it.
const failedSuffix = ".failed"

// maxFailed is larger than such a file.
const maxFailed = 16 << 10

// GiveUp keeps the record for later callers of [Probe], after [File.Release],
// until the next [Claim] or [RequestQuit].
func (f *File) GiveUp(r Record) error {
	r.Program, r.Ready, r.NextAttempt, r.RestartedAt = 0, false, time.Time{}, nil
	err := f.withNote(func(int) error {
		return replaceFile(f.path+failedSuffix, r.appendText(nil, 1, proctree.BootTime()))
	})
	if err != nil {
		return fmt.Errorf("cannot keep the reason beside pid file %q: %w", f.path, err)
	}
	return nil
}

// absent is the status of a path without a pid file.
func absent(path string) Status {
	if r := readFailed(path); r != nil {
		return Status{State: Failed, Reason: r.describe(Failed, time.Now()), record: r}
	}
	return Status{State: Stopped, Reason: "no pid file"}
}

// readFailed returns the record of an instance that gave up, or nil if there is
// none that can be trusted.
func readFailed(path string) *Record {
	text, err := readBelieved(path + failedSuffix)
	if err != nil {
		return nil
	}
	r, whole := parseRecord(text, proctree.BootTime())
	if !whole || r.GaveUp == "" {
		return nil
	}
	return &r
}

// readBelieved reads a file next to a pid file if it belongs to root, to the
// caller or to the owner of the directory, and no other user may write to it.
func readBelieved(name string) ([]byte, error) {
	f, err := open(name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	dir, err := os.Stat(filepath.Dir(name))
	if err != nil {
		return nil, err
	}
	if !trusted(info, ownerOf(dir)) {
		return nil, fmt.Errorf("%w: %q belongs to user %d", ErrUntrusted, name, ownerOf(info))
	}
	return io.ReadAll(io.LimitReader(f, maxFailed))
}

var errNoFailed = fmt.Errorf("%w the record of an instance that gave up", errElse)

// checkFailed returns an error unless the file is the record of an instance that gave
// up, or the part of one that a crash left.
func checkFailed(name string) error {
	text, err := readBelieved(name)
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	const first = "edition 1\n"
	if err != nil || !strings.HasPrefix(first, string(text[:min(len(text), len(first))])) {
		return errNoFailed
	}
	return nil
}

// forgetFailed removes the record of an instance that gave up.
func forgetFailed(path string) error {
	if err := removeBeside(path+failedSuffix, checkFailed); err != nil {
		return fmt.Errorf("cannot forget why the last instance failed: %w", err)
	}
	return nil
}

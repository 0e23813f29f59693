package servicelock

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// longestFile is more than a hold or a note takes.
const longestFile = 4 << 10

// write replaces a file atomically. All users may read it, if they may enter the
// directory. One process writes at a time: it has locked the service, or is its
// supervisor. A partial file that a killed process left is overwritten.
func (d *Directory) write(id Identity, suffix string, content any) (err error) {
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	fresh, at := string(id)+suffix+".new", d.Current()
	defer func() {
		if err != nil {
			_ = at.Remove(fresh)
			err = fmt.Errorf("cannot write %q in %q: %w", string(id)+suffix, at.Name(), cause(err))
		}
	}()
	file, err := at.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(append(text, '\n'))
	err = cmp.Or(err, file.Chmod(0o644), file.Close())
	if err != nil {
		return err
	}
	return at.Rename(fresh, string(id)+suffix)
}

func (d *Directory) remove(id Identity, suffix string) error {
	at := d.Current()
	err := at.Remove(string(id) + suffix)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("cannot remove %q in %q: %w", string(id)+suffix, at.Name(), cause(err))
}

// read reads a file that [Directory.write] has written. It returns false for any other
// file.
func read(at *os.Root, id Identity, suffix string, content any) bool {
	name := string(id) + suffix
	if info, err := at.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return false
	}
	file, err := at.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	text := make([]byte, longestFile)
	n, err := file.Read(text) // the whole file, because it was written by one write
	return err == nil && n < longestFile && json.Unmarshal(text[:n], content) == nil
}

// Times are stored as milliseconds since the boot, so that setting the clock does not
// change them. 0 is no time.
func sinceBoot(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Sub(proctree.BootTime()).Round(time.Millisecond).Milliseconds()
}

func atBoot(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return proctree.BootTime().Add(time.Duration(ms) * time.Millisecond)
}

// cause drops the names of files from an error, because the caller prints them.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}

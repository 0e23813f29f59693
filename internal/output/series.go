package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/output/nowait"
)

// series is a file and its rotated files, FILE.1 to FILE.keep. The higher the number, the
// older the file.
//
// A rotation renames from the highest number down, and then creates the file. Whenever it
// is interrupted, at most one number is unused, and the next rotation fills this gap.
type series struct {
	path string
	keep int
}

// name returns the path of a file: that of the file itself for 0.
func (s *series) name(number int) string {
	if number == 0 {
		return s.path
	}
	return s.path + "." + strconv.Itoa(number)
}

// open opens the file, creates it if it is missing, and removes rotated files beyond
// keep. It fails if the file could not be rotated.
func (s *series) open() (f *nowait.Writer, size int64, err error) {
	for range attempts {
		if f, size, err = s.tryOpen(); !disturbed(err) {
			break
		}
	}
	if err == nil {
		s.trim()
	}
	return f, size, err
}

// attempts is how often another process may rename or create the file meanwhile.
const attempts = 100

// disturbed reports whether another process has renamed the file, or has created it first.
func disturbed(err error) bool {
	_, opening := errors.AsType[*fs.PathError](err) // a rename onto a directory is no disturbance
	return errors.Is(err, fs.ErrNotExist) || opening && errors.Is(err, fs.ErrExist)
}

func (s *series) tryOpen() (*nowait.Writer, int64, error) {
	f, err := s.openOrCreate()
	if err != nil {
		return nil, 0, err
	}
	now, err := stateOf(f)
	if err == nil && !now.regular {
		err = fmt.Errorf("cannot rotate %q: it is not a regular file", s.path)
	}
	path := s.path
	if err == nil {
		path, err = filepath.EvalSymlinks(s.path)
	}
	if err == nil {
		err = canRename(filepath.Dir(path), path)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	s.path = path
	return f, now.size, nil
}

// trim removes the rotated files beyond keep, the oldest first, so that those that remain
// have no new gap if svloop is killed.
func (s *series) trim() {
	last := s.keep
	for i := s.keep + 1; i <= cmdline.MostKept && i <= last+mostGap+1; i++ {
		if _, err := os.Lstat(s.name(i)); err == nil {
			last = i
		}
	}
	for i := last; i > s.keep; i-- {
		_ = removeFile(s.name(i))
	}
}

// mostGap is how many numbers in a row may be unused: one of an interrupted rotation, and
// those of files that a user has removed.
const mostGap = 3

// openOrCreate opens the file. If svloop was killed before the file of a rotation was
// complete, the file gets the owner and the mode of the last one.
func (s *series) openOrCreate() (*nowait.Writer, error) {
	last, noLast := lookAt(s.name(1))
	named, err := lookAt(s.path)
	if noLast != nil || !last.regular {
		return nowait.Append(s.path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return s.create(last)
	}
	f, err := nowait.Append(s.path)
	if err != nil {
		return nil, err
	}
	// No link to the file of another user may give it away.
	if now, err := stateOf(f); err == nil && now.id == named.id && now.regular && now.size == 0 && now.links == 1 {
		_ = makeLike(f, last)
	}
	return f, nil
}

// rotate renames the file, which is open as f, and returns the new one and its size. If
// another process has already renamed the file, rotate only opens the new one. If rotate
// fails, the file has its name again.
func (s *series) rotate(f *nowait.Writer) (next *nowait.Writer, size int64, err error) {
	old, err := stateOf(f)
	if err != nil {
		return nil, 0, err
	}
	for range attempts {
		if next, size, err = s.replace(old); !disturbed(err) {
			break
		}
	}
	if err != nil {
		return nil, 0, fmt.Errorf("cannot rotate the file: %w", err)
	}
	return next, size, nil
}

// replace is one attempt of a rotation.
func (s *series) replace(old fileState) (*nowait.Writer, int64, error) {
	named, err := lookAt(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return withSize(s.create(old))
	case err != nil:
		return nil, 0, err
	case !named.regular:
		return nil, 0, fmt.Errorf("%q is not a regular file any more", s.path)
	case named.id != old.id:
		return withSize(nowait.AppendTo(s.path))
	}
	if err := s.shift(); err != nil {
		return nil, 0, err
	}
	next, err := s.create(old)
	if err != nil && !errors.Is(err, fs.ErrExist) { // not over the file of another process
		_ = os.Rename(s.name(1), s.path)
	}
	return withSize(next, err)
}

// withSize adds the size of a file that was opened.
func withSize(f *nowait.Writer, err error) (*nowait.Writer, int64, error) {
	if err != nil {
		return nil, 0, err
	}
	size, err := sizeOf(f)
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, size, nil
}

// shift renames the files up to the first unused number, or over the oldest one.
func (s *series) shift() error {
	last := 1
	for ; last < s.keep; last++ {
		if _, err := os.Lstat(s.name(last)); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return err
		}
	}
	for i := last; i > 0; i-- {
		if err := os.Rename(s.name(i-1), s.name(i)); err != nil {
			return err
		}
	}
	return nil
}

// create creates the file with the owner and the mode of another. It follows no symbolic
// link: a user who may write to the directory must not get a file of root's in this way.
func (s *series) create(like fileState) (*nowait.Writer, error) {
	f, err := nowait.Create(s.path, like.mode)
	if err != nil {
		return nil, err
	}
	if err := makeLike(f, like); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

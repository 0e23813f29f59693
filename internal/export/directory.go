package export

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Directory is where the files of exported services stand.
type Directory string

// EditedError says that a file is not as export has left it.
type EditedError struct {
	Path string
	Why  string
}

func (e *EditedError) Error() string { return fmt.Sprintf("cannot replace %q: %s", e.Path, e.Why) }

const (
	whyForeign = "it was not made by svctl export"
	whyEdited  = "it was edited since svctl export made it"
)

// Write writes the files of services, all or none: a temporary file beside each,
// and then one rename after the other. A file that is there and is not as it was
// exported is an *EditedError, unless forced.
func (d Directory) Write(bundles []*Bundle, force bool) (err error) {
	if !force {
		if err := d.Check(bundles); err != nil {
			return err
		}
	}
	if info, err := os.Stat(string(d)); err != nil {
		return fmt.Errorf("cannot write into directory %q: %w", d, cause(err))
	} else if !info.IsDir() {
		return fmt.Errorf("cannot write into directory %q: it is not a directory", d)
	}
	var made undo
	defer func() {
		if err != nil {
			made.back()
		}
	}()
	type pair struct{ from, to string }
	var pairs []pair
	for _, b := range bundles {
		for _, f := range b.Files {
			to := filepath.Join(string(d), f.Name)
			if err := made.directories(string(d), filepath.Dir(f.Name)); err != nil {
				return err
			}
			from, err := made.file(to, f)
			if err != nil {
				return err
			}
			pairs = append(pairs, pair{from, to})
		}
	}
	for _, p := range pairs {
		if err := os.Rename(p.from, p.to); err != nil {
			return fmt.Errorf("cannot replace %q: %w", p.to, cause(err))
		}
	}
	return nil
}

// Check returns an *EditedError for the files that Write would not replace.
func (d Directory) Check(bundles []*Bundle) error {
	var all []error
	for _, b := range bundles {
		all = append(all, d.checkOne(b.Files[0].Name, b.Files))
	}
	return errors.Join(all...)
}

func (d Directory) checkOne(first string, files []File) error {
	found, err := d.stamps(first)
	if err != nil {
		return err
	}
	var all []error
	for _, f := range files {
		all = append(all, d.unedited(f.Name, found))
	}
	obsolete, err := d.obsolete(files)
	for _, name := range obsolete {
		all = append(all, d.unedited(name, found))
	}
	return errors.Join(append(all, err)...)
}

// Obsolete returns the files of an earlier export of the services that are none
// of their files any more, and are to be removed.
func (d Directory) Obsolete(bundles []*Bundle) (names []string, err error) {
	var all []error
	for _, b := range bundles {
		some, err := d.obsolete(b.Files)
		names, all = append(names, some...), append(all, err)
	}
	return names, errors.Join(all...)
}

// obsolete returns those of one service. What is not of an export names none.
func (d Directory) obsolete(files []File) (names []string, err error) {
	found, err := d.stamps(files[0].Name)
	var edited *EditedError
	if errors.As(err, &edited) {
		return nil, nil
	}
	for _, name := range found.names {
		if filepath.IsLocal(name) && !slices.ContainsFunc(files, func(f File) bool { return f.Name == name }) {
			names = append(names, name)
		}
	}
	return names, err
}

// stamps reads those of a service; there are none where it is not exported.
func (d Directory) stamps(first string) (stamps, error) {
	text, err := os.ReadFile(filepath.Join(string(d), first))
	if errors.Is(err, fs.ErrNotExist) {
		return stamps{}, nil
	}
	if err != nil {
		return stamps{}, fmt.Errorf("cannot read %q: %w", filepath.Join(string(d), first), cause(err))
	}
	found, ok := readStamps(string(text))
	if !ok {
		return stamps{}, &EditedError{filepath.Join(string(d), first), whyForeign}
	}
	if found.sums[first] == found.own {
		found.sums[first] = checksum(string(text)) // what unedited will find
	}
	return found, nil
}

// unedited checks one file; it may be missing.
func (d Directory) unedited(name string, found stamps) error {
	path := filepath.Join(string(d), name)
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("cannot read %q: %w", path, cause(err))
	case !slices.Contains(found.names, name):
		return &EditedError{path, whyForeign}
	case found.sums[name] != checksum(string(text)):
		return &EditedError{path, whyEdited}
	}
	return nil
}

// undo takes back what was made, the last first.
type undo []string

func (u undo) back() {
	for _, path := range slices.Backward(u) {
		os.Remove(path) // a directory that somebody uses meanwhile stays
	}
}

// directories makes the directories of a name below top.
func (u *undo) directories(top, name string) error {
	if name == "." {
		return nil
	}
	if err := u.directories(top, filepath.Dir(name)); err != nil {
		return err
	}
	path := filepath.Join(top, name)
	err := os.Mkdir(path, 0o755)
	if err == nil {
		*u = append(*u, path)
		return nil
	}
	if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
		return nil
	}
	return fmt.Errorf("cannot make directory %q: %w", path, cause(err))
}

var errDirectory = errors.New("it is a directory")

// file writes a temporary file beside its place, and returns its name. That it
// will not take the place of a directory is known before anything is renamed.
func (u *undo) file(place string, f File) (string, error) {
	if info, err := os.Lstat(place); err == nil && info.IsDir() {
		return "", fmt.Errorf("cannot replace %q: %w", place, errDirectory)
	}
	tmp, err := os.CreateTemp(filepath.Dir(place), ".svctl-")
	if err != nil {
		return "", fmt.Errorf("cannot write %q: %w", place, cause(err))
	}
	*u = append(*u, tmp.Name())
	_, err = tmp.WriteString(f.Text)
	err = errors.Join(err, tmp.Chmod(f.Mode), tmp.Sync(), tmp.Close())
	if err != nil {
		return "", fmt.Errorf("cannot write %q: %w", place, cause(err))
	}
	return tmp.Name(), nil
}

// cause is an error without the path that the message has named.
func cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

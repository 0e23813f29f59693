package export

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Directory is the directory of exported services.
type Directory string

// EditedError is returned for a file that is not as export has written it.
type EditedError struct {
	Path string
	Why  string
}

func (e *EditedError) Error() string { return fmt.Sprintf("cannot replace %q: %s", e.Path, e.Why) }

const (
	WhyForeign = "it was not made by svctl export"
	whyEdited  = "it was edited since svctl export made it"
)

func whyMadeBy(made string) string { return fmt.Sprintf("it was made by %q", made) }

// check returns the reason why the files of services cannot be written. It returns an
// *EditedError for a file that this command did not write, or that was edited, unless
// forced.
func (d Directory) check(bundles []*Bundle, force bool) error {
	var all []error
	for _, b := range bundles {
		if !force {
			all = append(all, d.checkOne(b))
		}
		for _, f := range b.Files {
			path := filepath.Join(string(d), f.Name)
			if info, err := os.Lstat(path); err == nil && info.IsDir() {
				all = append(all, fmt.Errorf("cannot replace %q: %w", path, errDirectory))
			} else if err := denied(path); err != nil {
				return fmt.Errorf("cannot write %q: %w", path, err)
			}
		}
	}
	return errors.Join(all...)
}

var errDirectory = errors.New("it is a directory")

// exists returns the reason why no file can be written to the directory.
func (d Directory) exists() error {
	info, err := os.Stat(string(d))
	if err == nil && !info.IsDir() {
		err = errNoDirectory
	}
	if err != nil {
		return fmt.Errorf("cannot write into directory %q: %w", d, cause(err))
	}
	return nil
}

var errNoDirectory = errors.New("it is not a directory")

func (d Directory) checkOne(b *Bundle) error {
	first := b.Files[0].Name
	found, err := d.stamps(first)
	if err != nil {
		return err
	}
	all := []error{d.madeBy(first, b.Made, found)}
	for _, f := range b.Files {
		all = append(all, d.unedited(f.Name, found))
	}
	obsolete, err := d.obsolete(b.Files)
	for _, name := range obsolete {
		all = append(all, d.unedited(name, found))
	}
	return errors.Join(append(all, err)...)
}

// madeBy checks that a first file belongs to the same service and format. Other services
// may have the same name: a/b is exported as a-b, and both sysv and OpenRC have their
// scripts in /etc/init.d.
func (d Directory) madeBy(first, made string, found stamps) error {
	if len(found.names) == 0 || found.made == made {
		return nil
	}
	return &EditedError{filepath.Join(string(d), first), whyMadeBy(found.made)}
}

// Obsolete returns the files of an earlier export that the services no longer have. They
// are to be removed.
func (d Directory) Obsolete(bundles []*Bundle) (names []string, err error) {
	var all []error
	for _, b := range bundles {
		some, err := d.obsolete(b.Files)
		names, all = append(names, some...), append(all, err)
	}
	return names, errors.Join(all...)
}

// obsolete returns the obsolete files of one service. The result is empty if its first file was not
// exported.
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

// stamps reads the stamps of a service; they are empty if it is not exported.
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
		return stamps{}, &EditedError{filepath.Join(string(d), first), WhyForeign}
	}
	if found.sums[first] == found.own {
		found.sums[first] = checksum(string(text)) // as unedited computes it
	}
	return found, nil
}

// unedited checks one file, which may be missing.
func (d Directory) unedited(name string, found stamps) error {
	path := filepath.Join(string(d), name)
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("cannot read %q: %w", path, cause(err))
	case !slices.Contains(found.names, name):
		return &EditedError{path, WhyForeign}
	case found.sums[name] != checksum(string(text)):
		return &EditedError{path, whyEdited}
	}
	return nil
}

// cause returns an error without the path, which the message has already.
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

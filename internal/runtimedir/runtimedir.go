// Package runtimedir finds or makes the directory for files that are valid until the
// next boot and that no other user can create, replace or lock:
//
//	root           /run/svctl, which all users may read
//	other users    $XDG_RUNTIME_DIR/svctl
//	               /run/user/UID/svctl, where cron has no XDG_RUNTIME_DIR
//	               $HOME/.local/state/svctl/HOST-BOOT, where BOOT is the id of the boot
//
// A directory that [Variable] names replaces all of them. Otherwise the first directory
// that can be used is taken. Each directory on the way must belong
// to the user, and no other user may write to it. It is opened once, checked through its
// descriptor, and all files are opened relative to the descriptor.
package runtimedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Directory is an open runtime directory.
type Directory struct {
	*os.Root
	Skipped []error // why directories that come first are not used
}

// Removed reports whether the directory is not at its path any more, and so all files that
// are made in it are out of reach for other processes.
func (d *Directory) Removed() bool {
	here, err := d.Stat(".")
	if err != nil {
		return true
	}
	there, err := os.Lstat(d.Name())
	return errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(here, there)
}

// User is the user whose directory is used.
type User struct {
	UID    int
	Getenv func(name string) string
}

// candidate is a runtime directory that may not exist yet.
type candidate struct {
	base  string   // an existing directory
	names []string // the directories below base that may have to be made
	owner int      // of all of them
	mode  fs.FileMode
}

func (p candidate) path() string { return filepath.Join(p.base, filepath.Join(p.names...)) }

const name = "svctl"

// Variable is the environment variable that names another directory, which is made if
// needed, in an existing one.
const Variable = "SVCTL_RUNTIME_DIR"

var ofRoot = candidate{base: "/run", names: []string{name}, mode: 0o755}

// candidates returns the directories that the user may use, in order.
func candidates(u User) (all []candidate) {
	mode := fs.FileMode(0o700)
	if u.UID == 0 {
		mode = ofRoot.mode
	}
	if dir := u.Getenv(Variable); filepath.IsAbs(dir) {
		dir = filepath.Clean(dir)
		return []candidate{{base: filepath.Dir(dir), names: []string{filepath.Base(dir)}, owner: u.UID, mode: mode}}
	}
	if u.UID == 0 { // the environment may name the directory of another user
		return []candidate{ofRoot}
	}
	own := func(base string, names ...string) {
		if filepath.IsAbs(base) {
			all = append(all, candidate{base: base, names: names, owner: u.UID, mode: mode})
		}
	}
	own(u.Getenv("XDG_RUNTIME_DIR"), name)
	own(filepath.Join(usersOfRun, strconv.Itoa(u.UID)), name)
	if boot := bootName(); boot != "" {
		own(u.Getenv("HOME"), ".local", "state", name, boot)
	}
	return all
}

// usersOfRun has the XDG_RUNTIME_DIR of each user who is logged in, see pam_systemd(8).
const usersOfRun = "/run/user"

// Open returns the directory of the user, and makes it if needed.
func Open(u User) (*Directory, error) {
	var skipped []error
	for _, p := range candidates(u) {
		root, err := p.open(true)
		if err == nil {
			return &Directory{root, skipped}, nil
		}
		skipped = append(skipped, fmt.Errorf("cannot use %q: %w", p.path(), err))
	}
	return nil, fmt.Errorf("there is no runtime directory: %w", joined(skipped))
}

// Existing returns the directories that exist, to read from: that of the user first,
// then that of root.
func Existing(u User) (all []*Directory) {
	for _, p := range candidates(u) {
		if root, err := p.open(false); err == nil {
			all = append(all, &Directory{Root: root})
			break
		}
	}
	if u.UID != 0 {
		if root, err := ofRoot.open(false); err == nil {
			all = append(all, &Directory{Root: root})
		}
	}
	return all
}

// open opens the directory, component by component.
func (p candidate) open(make bool) (*os.Root, error) {
	at, err := os.OpenRoot(p.base)
	if err != nil {
		return nil, cause(err)
	}
	if err := p.check(at); err != nil {
		at.Close()
		return nil, err
	}
	for i, name := range p.names {
		made := false
		if make {
			mode := p.mode
			if i < len(p.names)-1 {
				mode = 0o700
			}
			if made, err = mkdir(at, name, mode); err != nil {
				at.Close()
				return nil, cause(err)
			}
		}
		if made && i > 0 && i == len(p.names)-1 {
			removeOlder(at, name)
		}
		below, err := p.enter(at, name)
		at.Close()
		if err != nil {
			return nil, err
		}
		at = below
	}
	return at, nil
}

// mkdir makes a directory, with a mode that does not depend on the umask.
func mkdir(at *os.Root, name string, mode fs.FileMode) (made bool, err error) {
	err = at.Mkdir(name, mode)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, at.Chmod(name, mode)
}

// enter opens a directory below an open one. It does not follow a symbolic link: no
// other user can write to the directory, so what was checked is what is opened.
func (p candidate) enter(at *os.Root, name string) (*os.Root, error) {
	info, err := at.Lstat(name)
	if err != nil {
		return nil, cause(err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%q is not a directory", filepath.Join(at.Name(), name))
	}
	below, err := at.OpenRoot(name)
	if err != nil {
		return nil, cause(err)
	}
	if err := p.check(below); err != nil {
		below.Close()
		return nil, err
	}
	return below, nil
}

// check returns an error if another user may write to the open directory, or may
// change its mode.
func (p candidate) check(dir *os.Root) error {
	info, err := dir.Stat(".")
	if err != nil {
		return cause(err)
	}
	switch owner := ownerOf(info); {
	case owner != p.owner:
		return fmt.Errorf("%q belongs to user %d", dir.Name(), owner)
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("other users can write to %q (mode %04o)", dir.Name(), info.Mode().Perm())
	}
	return nil
}

// removeOlder removes the directories of earlier boots of this host. A home directory
// may be shared by several hosts.
func removeOlder(at *os.Root, current string) {
	dir, err := at.Open(".")
	if err != nil {
		return
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1) // what cannot be read stays
	for _, name := range names {
		if host := hostName() + "-"; strings.HasPrefix(name, host) && len(name) == len(current) && name != current {
			_ = at.RemoveAll(name) // nothing depends on it
		}
	}
}

// cause drops the relative path of an error, because the caller prints the whole path.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// joined returns several errors as one line.
func joined(all []error) error {
	err := all[0]
	for _, next := range all[1:] {
		err = fmt.Errorf("%w; %w", err, next)
	}
	return err
}

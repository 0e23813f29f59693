package export

import (
	"context"
	"path/filepath"
)

// Installation is what has to be done to install services, or to take them away.
type Installation struct {
	Directory Directory // "" when no files are written
	Write     []*Bundle
	Before    []Step   // before files are removed
	Remove    []string // files
	After     []Step   // after files are written or removed
	Undo      []Step   // when one of those has failed, before new files are removed
}

// Install returns what installs services that are expected to run or not. The
// error is a *MissingError, or an *EditedError unless forced.
func (f Format) Install(h *Host, bundles []*Bundle, running map[string]bool, force bool) (*Installation, error) {
	if f.host.directory == nil {
		return installCrontab(h, bundles, force)
	}
	dir, err := f.host.directory(h)
	if err != nil {
		return nil, err
	}
	if !force {
		if err := dir.Check(bundles); err != nil {
			return nil, err
		}
	}
	in := &Installation{Directory: dir, Write: bundles}
	if in.Remove, err = dir.Obsolete(bundles); err != nil {
		return nil, err
	}
	if !h.Exists(string(dir)) {
		in.Before = append(in.Before, Step{Argv: []string{"mkdir", "-p", string(dir)}})
	}
	for _, b := range bundles {
		steps, err := f.host.enable(h, dir, b.Name, running[b.Path])
		if err != nil {
			return nil, err
		}
		in.After = append(in.After, steps...)
		if f.host.disable != nil && !h.Exists(filepath.Join(string(dir), b.Files[0].Name)) {
			in.Undo = append(in.Undo, f.host.disable(h, b.Name)...)
		}
	}
	return in, nil
}

// Installed reports whether a service is installed.
func (f Format) Installed(h *Host, name string) bool {
	if f.host.directory == nil {
		return false
	}
	dir, err := f.host.directory(h)
	return err == nil && h.Exists(filepath.Join(string(dir), f.host.first(name)))
}

// Uninstall returns what takes away services that were installed; nothing for
// those that were not.
func (f Format) Uninstall(h *Host, names []string, force bool) (*Installation, error) {
	if f.host.directory == nil {
		return uninstallCrontab(h, names, force)
	}
	dir, err := f.host.directory(h)
	if err != nil {
		return nil, err
	}
	in := &Installation{Directory: dir}
	for _, name := range names {
		files, err := dir.Removable(f.host.first(name), force)
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			continue
		}
		before, err := f.host.stop(h, dir, name)
		if err != nil {
			return nil, err
		}
		after, err := f.host.forgotten(h, dir, name)
		if err != nil {
			return nil, err
		}
		in.Before, in.After = append(in.Before, before...), append(in.After, after...)
		in.Remove = append(in.Remove, files...)
	}
	return in, nil
}

// Removal returns what takes away services that were written into a directory.
func (f Format) Removal(dir Directory, names []string, force bool) (*Installation, error) {
	in := &Installation{Directory: dir}
	for _, name := range names {
		files, err := dir.Removable(f.host.first(name), force)
		if err != nil {
			return nil, err
		}
		in.Remove = append(in.Remove, files...)
	}
	return in, nil
}

// Empty reports whether there is nothing to do.
func (in *Installation) Empty() bool {
	return len(in.Write) == 0 && len(in.Remove) == 0 && len(in.Before) == 0 && len(in.After) == 0
}

// Do does it. When a service cannot be enabled, the files that were not there
// before are removed again.
func (in *Installation) Do(ctx context.Context, h *Host, force bool) error {
	var fresh []string
	for _, b := range in.Write {
		for _, f := range b.Files {
			if !h.Exists(filepath.Join(string(in.Directory), f.Name)) {
				fresh = append(fresh, f.Name)
			}
		}
	}
	if err := doAll(ctx, in.Before); err != nil {
		return err
	}
	if len(in.Write) > 0 {
		if err := in.Directory.Write(in.Write, force); err != nil {
			return err
		}
	}
	if err := in.Directory.Remove(in.Remove); err != nil {
		return err
	}
	if err := doAll(ctx, in.After); err != nil {
		for _, step := range in.Undo {
			_ = step.Do(ctx) // it may not have come so far
		}
		in.Directory.Remove(fresh)
		return err
	}
	return nil
}

func doAll(ctx context.Context, steps []Step) error {
	for _, step := range steps {
		if err := step.Do(ctx); err != nil {
			return err
		}
	}
	return nil
}

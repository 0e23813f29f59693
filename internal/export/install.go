package export

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// Installation is the list of steps to install or remove services.
type Installation struct {
	Directory Directory // "" when no files are written
	Write     []*Bundle
	Before    []Step   // before files are written or removed
	Remove    []string // files
	After     []Step   // after files are written or removed
	Restored  []Step   // after a failure, when all steps were undone
}

// Install returns the steps that install services; running has the services that are
// expected to run. The error is a *MissingError, or an *EditedError unless forced. Check
// detects more edited files.
func (f Format) Install(h *Host, bundles []*Bundle, running map[string]bool, force bool) (*Installation, error) {
	if f.System.Directory == nil {
		return f.System.Place(h, bundles, force)
	}
	dir, err := f.System.Directory(h)
	if err != nil {
		return nil, err
	}
	in := &Installation{Directory: dir, Write: bundles, Before: makeDirectory(h, dir)}
	if f.System.Reload != nil {
		in.Restored = f.System.Reload(h)
	}
	if in.Remove, err = dir.Obsolete(bundles); err != nil {
		return nil, err
	}
	var obstacles []error
	for _, b := range bundles {
		steps, err := f.System.Enable(h, dir, b.Name, running[b.Path])
		if err != nil {
			return nil, err
		}
		if f.System.Obstacle != nil {
			obstacles = append(obstacles, f.System.Obstacle(h, dir, b.Name, force))
		}
		if !h.Exists(filepath.Join(string(dir), b.Files[0].Name)) && len(steps) > 0 {
			steps[0].Undo = f.System.Disable(h, dir, b.Name)
		}
		in.After = append(in.After, steps...)
	}
	return in, errors.Join(obstacles...)
}

// makeDirectory creates the directory of a system if it does not exist.
func makeDirectory(h *Host, dir Directory) []Step {
	if h.Exists(string(dir)) {
		return nil
	}
	step := Step{Argv: []string{"mkdir", "-p", string(dir)}}
	for path := string(dir); !h.Exists(path) && path != "/"; path = filepath.Dir(path) {
		step.Undo = append(step.Undo, Step{Argv: []string{"rmdir", path}})
	}
	return []Step{step}
}

// Installed reports whether a service is installed.
func (f Format) Installed(h *Host, name string) bool {
	if f.System.Directory == nil {
		return false
	}
	dir, err := f.System.Directory(h)
	return err == nil && h.Exists(filepath.Join(string(dir), f.System.First(name)))
}

// Uninstall returns the steps that remove installed services, by their paths. Services
// that are not installed need none.
func (f Format) Uninstall(h *Host, paths []string, force bool) (*Installation, error) {
	if f.System.Directory == nil {
		return f.System.Displace(h, paths, force)
	}
	dir, err := f.System.Directory(h)
	if err != nil {
		return nil, err
	}
	in := &Installation{Directory: dir}
	for _, path := range paths {
		name := ExportedName(path)
		found, err := f.installed(dir, path, force)
		if err != nil {
			return nil, err
		}
		if len(found.names) == 0 {
			continue
		}
		before, err := f.System.Stop(h, dir, name, max(found.longestEnd, Patience))
		if err != nil {
			return nil, err
		}
		in.Before = append(in.Before, before...)
		if f.System.Forgotten != nil {
			after, err := f.System.Forgotten(h, dir, name)
			if err != nil {
				return nil, err
			}
			in.After = append(in.After, after...)
		}
		in.Remove = append(in.Remove, found.names...)
	}
	return in, nil
}

// Removal returns the steps that remove services that were written to a directory, by
// their paths.
func (f Format) Removal(dir Directory, paths []string, force bool) (*Installation, error) {
	in := &Installation{Directory: dir}
	for _, path := range paths {
		found, err := f.installed(dir, path, force)
		if err != nil {
			return nil, err
		}
		in.Remove = append(in.Remove, found.names...)
	}
	return in, nil
}

// installed returns the exported service of a path. A service without a plain name was
// never exported; its name might point outside of the directory.
func (f Format) installed(dir Directory, path string, force bool) (installed, error) {
	if checkName(path) != nil {
		return installed{}, nil
	}
	return dir.removable(f.System.First(ExportedName(path)), f.Made(path), force)
}

// Empty reports whether there are no steps.
func (in *Installation) Empty() bool {
	return len(in.Write) == 0 && len(in.Remove) == 0 && len(in.Before) == 0 && len(in.After) == 0
}

// Check returns the error with which Do would fail before it changes anything.
func (in *Installation) Check(force bool) error {
	if len(in.Write) > 0 && len(in.Before) == 0 { // Before creates the directory
		if err := in.Directory.exists(); err != nil {
			return err
		}
	}
	for _, name := range in.Remove {
		path := filepath.Join(string(in.Directory), name)
		if err := denied(path); err != nil {
			return fmt.Errorf("cannot remove %q: %w", path, err)
		}
	}
	return in.Directory.check(in.Write, force)
}

// Do does all or nothing: if a step fails, or a signal cancels ctx, all files are
// restored and no new service is enabled.
func (in *Installation) Do(ctx context.Context, force bool) (err error) {
	if err := in.Check(force); err != nil {
		return err
	}
	c := &change{}
	defer func() {
		if err != nil {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), Patience)
			defer cancel()
			c.back(ctx)
			for _, step := range in.Restored {
				_ = step.Do(ctx) // the first error is returned
			}
		} else {
			c.done()
		}
	}()
	if err := c.steps(ctx, in.Before); err != nil {
		return err
	}
	if ctx.Err() != nil { // even if there was no step to fail
		return context.Cause(ctx)
	}
	if err := in.Directory.write(c, in.Write); err != nil {
		return err
	}
	if err := in.Directory.remove(c, in.Remove); err != nil {
		return err
	}
	return c.steps(ctx, in.After)
}

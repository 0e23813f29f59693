package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// pathsFrom makes the relative paths of the options start at dir.
// Without one they mean nothing: a daemon would find them in the root.
func (o *options) pathsFrom(dir string) error {
	if path := o.relativePath(); dir == "" && path != "" {
		return fmt.Errorf("cannot use %q: the path is relative, and the directory it starts from was removed", path)
	}
	for _, p := range []*string{&o.pidfile, &o.log, &o.envFile, &o.setup.Root} {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	if o.chdir != "" && o.setup.Root == "" && !filepath.IsAbs(o.chdir) {
		o.chdir = filepath.Join(dir, o.chdir)
	}
	o.ready = o.ready.In(dir)
	return nil
}

// relativePath returns the first path of the options that is relative.
func (o *options) relativePath() string {
	paths := []string{o.pidfile, o.log, o.envFile, o.setup.Root, o.ready.Path}
	if o.setup.Root == "" {
		paths = append(paths, o.chdir) // in another root it starts there
	}
	for _, s := range o.streams {
		paths = append(paths, s.path)
	}
	for _, path := range paths {
		if path != "" && !filepath.IsAbs(path) {
			return path
		}
	}
	return ""
}

// claim takes the pid file, and deals with what a killed instance has left.
func (in *instance) claim(ctx context.Context) error {
	if in.pidfile == "" {
		return nil
	}
	file, err := pidfile.Claim(in.pidfile, func(left *pidfile.Survivors) error {
		return in.settle(ctx, left)
	})
	if err != nil {
		return err
	}
	in.pid = file
	return nil
}

// errSurvivors says that there are survivors and that --survivors refuse was
// given.
var errSurvivors = errors.New("refused by --survivors refuse")

func (in *instance) settle(ctx context.Context, left *pidfile.Survivors) error {
	switch in.survivors {
	case refuseSurvivors:
		return fmt.Errorf("instance %d was killed and left running: %s: %w", left.Instance, left, errSurvivors)
	case adoptSurvivors:
		if taken, err := in.adopt(left); taken || err != nil {
			return err
		}
	}
	in.log.info("ending what the killed instance %d has left: %s", left.Instance, left)
	if err := proctree.Stop(ctx, left.Targets(), in.killSpec, nil); err != nil {
		return fmt.Errorf("cannot end what the killed instance %d has left: %w", left.Instance, err)
	}
	return nil
}

// adopt takes hold of the oldest survivor, the program, before the pid file is
// changed: when that cannot be done, the next start finds all as it was. It
// reports false when the program has just ended, so that what it has left is
// to be ended like that of any other.
func (in *instance) adopt(left *pidfile.Survivors) (bool, error) {
	oldest := left.Processes[0]
	h, err := proctree.Open(oldest.PID)
	switch {
	case errors.Is(err, proctree.ErrGone):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("cannot adopt what the killed instance %d has left: %w", left.Instance, err)
	case h.Start != oldest.Start || h.Exited():
		h.Close()
		return false, nil
	}
	in.log.info("adopting what the killed instance %d has left: %s", left.Instance, left)
	in.inherited, in.heir = left, h
	return true, left.Adopt()
}

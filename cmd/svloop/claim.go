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
func (o *options) pathsFrom(dir string) {
	for _, p := range []*string{&o.pidfile, &o.log, &o.envFile, &o.setup.Root} {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	if o.chdir != "" && o.setup.Root == "" && !filepath.IsAbs(o.chdir) {
		o.chdir = filepath.Join(dir, o.chdir)
	}
	o.ready = o.ready.In(dir)
}

// claim takes the pid file, and deals with what a killed instance has left.
func (in *instance) claim(ctx context.Context) error {
	if in.pidfile == "" {
		return nil
	}
	if !filepath.IsAbs(in.pidfile) {
		return fmt.Errorf("cannot claim pid file %q: the path is relative, and the directory it starts from was removed", in.pidfile)
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
		in.log.info("adopting what the killed instance %d has left: %s", left.Instance, left)
		in.inherited = left
		return left.Adopt()
	}
	in.log.info("ending what the killed instance %d has left: %s", left.Instance, left)
	if err := proctree.Stop(ctx, left.Targets(), in.killSpec, nil); err != nil {
		return fmt.Errorf("cannot end what the killed instance %d has left: %w", left.Instance, err)
	}
	return nil
}

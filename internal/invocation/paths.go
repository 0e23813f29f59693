package invocation

import (
	"fmt"
	"path/filepath"

	"github.com/svloop/svloop/internal/workdir"
)

// PathsFrom makes the relative paths of the options start at dir.
// Without one they mean nothing: a daemon would find them in the root.
func (o *Options) PathsFrom(dir string) error {
	if path := o.RelativePath(); dir == "" && path != "" {
		return fmt.Errorf("cannot use %q: the path is relative, and the directory it starts from was removed", path)
	}
	for _, p := range []*string{&o.Pidfile, &o.Log, &o.EnvFile, &o.Setup.Root} {
		if *p != "" {
			*p = workdir.Join(dir, *p)
		}
	}
	if o.Chdir != "" && o.Setup.Root == "" {
		o.Chdir = workdir.Join(dir, o.Chdir)
	}
	o.Ready = o.Ready.In(dir)
	return nil
}

// RelativePath returns the first path of the options that is relative.
func (o *Options) RelativePath() string {
	paths := []string{o.Pidfile, o.Log, o.EnvFile, o.Setup.Root, o.Ready.Path}
	if o.Setup.Root == "" {
		paths = append(paths, o.Chdir) // in another root it starts there
	}
	for _, s := range o.Streams {
		paths = append(paths, s.Path)
	}
	for _, path := range paths {
		if path != "" && !filepath.IsAbs(path) {
			return path
		}
	}
	return ""
}

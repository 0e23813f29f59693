package cmdline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/internal/workdir"
)

// PathsFrom makes the relative paths of the options start at dir.
// Without one they mean nothing: a daemon would find them in the root.
func (o *Options) PathsFrom(dir string) error {
	if path := o.RelativePath(); dir == "" && path != "" {
		return fmt.Errorf("cannot use %q: the path is relative, but the current directory was removed", path)
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

// Distinct refuses options that mean one file by different names, where relative
// ones start at dir: svloop would take its own messages for somebody's change of
// its pid file. Of links it sees those to a file that is there. That names are the
// same, [Parse] has seen.
func (o *Options) Distinct(dir string) error {
	return o.distinct(func(a, b string) bool {
		a, b = workdir.Join(dir, a), workdir.Join(dir, b)
		if filepath.Clean(a) == filepath.Clean(b) && !strings.Contains(a+b, "..") {
			return true
		}
		one, err1 := os.Stat(a)
		two, err2 := os.Stat(b)
		return err1 == nil && err2 == nil && os.SameFile(one, two)
	})
}

func (o *Options) distinct(same func(a, b string) bool) error {
	if o.Pidfile == "" || o.Status || o.Quit {
		return nil
	}
	others := []struct{ option, path string }{{"ready pidfile:", o.Ready.Path}, {"log", o.Log}}
	for i, s := range o.Streams[1:] {
		others = append(others, struct{ option, path string }{StreamNames[i+1], s.Path})
	}
	for _, other := range others {
		if other.path != "" && same(o.Pidfile, other.path) {
			return usageerror.Wrong("options --pidfile and --%s exclude each other for one file: %q", other.option, o.Pidfile)
		}
	}
	return nil
}

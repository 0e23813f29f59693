package cmdline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/internal/workdir"
)

// PathsFrom resolves the relative paths of the options against dir. If dir is "", they
// are errors, because a daemon would resolve them against the root directory.
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

// RelativePath returns the first relative path of the options.
func (o *Options) RelativePath() string {
	paths := []string{o.Pidfile, o.Log, o.EnvFile, o.Setup.Root, o.Ready.Path}
	if o.Setup.Root == "" {
		paths = append(paths, o.Chdir) // with --chroot it begins at the new root
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

// Distinct rejects options that name the same file in different ways; relative paths
// begin at dir. Otherwise svloop would see its own messages as a change of its pid file.
// Symbolic links are followed only to existing files. [Parse] has already rejected equal
// names.
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
			return usageerror.Wrong("options --pidfile and --%s name the same file %q", other.option, o.Pidfile)
		}
	}
	return nil
}

package main

import (
	"os"
	"path/filepath"

	"github.com/svloop/svloop/internal/workdir"
)

// directories resolves the names of directories as the kernel does. Each name is resolved
// once, so that ten thousand pid files in one directory cost one lookup. A name that does
// not exist resolves to the path that it would get.
type directories struct {
	real map[string]string
}

func newDirectories() *directories { return &directories{make(map[string]string)} }

// resolve returns the path of a directory without symbolic links.
func (d *directories) resolve(name string) string {
	if !filepath.IsAbs(name) {
		name = workdir.Get() + "/" + name
	}
	return d.follow(name)
}

// follow is resolve for an absolute path. A symbolic link that leads to itself resolves
// to its own name.
func (d *directories) follow(name string) string {
	for len(name) > 1 && name[len(name)-1] == '/' {
		name = name[:len(name)-1]
	}
	if name == "" || name == "/" {
		return "/"
	}
	if real, known := d.real[name]; known {
		return real
	}
	d.real[name] = name
	d.real[name] = d.step(name)
	return d.real[name]
}

// step resolves the last element of a path; the others are resolved already.
func (d *directories) step(name string) string {
	above, last := filepath.Split(name)
	above = d.follow(above)
	switch last {
	case ".":
		return above
	case "..":
		return filepath.Dir(above)
	}
	name = filepath.Join(above, last)
	target, err := os.Readlink(name)
	switch {
	case err != nil: // not a link, or does not exist
		return name
	case filepath.IsAbs(target):
		return d.follow(target)
	}
	return d.follow(above + "/" + target)
}

package main

import (
	"os"
	"path/filepath"

	"github.com/svloop/svloop/internal/workdir"
)

// directories finds out where the names of directories lead, as the kernel follows
// them. Each name is looked at once: ten thousand pid files in one directory cost
// one look. What does not exist yet has the name that it would have.
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

// follow is resolve for an absolute path. A link that leads to itself stays a name.
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

// step resolves the last element of a path behind all others.
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
	case err != nil: // no link, or not there
		return name
	case filepath.IsAbs(target):
		return d.follow(target)
	}
	return d.follow(above + "/" + target)
}

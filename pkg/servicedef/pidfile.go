package servicedef

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// DistinctPidFiles returns an error for each service whose pid file is also that
// of an earlier service: the two would stop each other's program. Each error is a
// *configgeneral.Error.
//
// A pid file is identified by its directory and its last name. Two directories
// are the same if resolve returns the same string for them. It is called once for
// each directory name, and only if two pid files have the same last name. [Load]
// compares only names, because it accesses no directory.
func (c *Config) DistinctPidFiles(resolve func(dir string) string) Errors {
	byName := make(map[string][]*Entry)
	var names []string // in the order of the file
	c.Walk(func(e *Entry) {
		if e.Service == nil || e.Service.Daemon == "" {
			return
		}
		_, name := split(e.Service.Daemon)
		if byName[name] == nil {
			names = append(names, name)
		}
		byName[name] = append(byName[name], e)
	})
	resolved := make(map[string]string)
	var all Errors
	for _, name := range names {
		if len(byName[name]) == 1 {
			continue
		}
		first := make(map[string]*Entry)
		for _, e := range byName[name] {
			dir, _ := split(e.Service.Daemon)
			real, known := resolved[dir]
			if !known {
				real = resolve(dir)
				resolved[dir] = real
			}
			if other := first[real]; other != nil {
				all = append(all, samePidFile(e, other))
				continue
			}
			first[real] = e
		}
	}
	return all
}

func samePidFile(e, other *Entry) error {
	also := ""
	if e.Service.Daemon != other.Service.Daemon {
		also = fmt.Sprintf("%q, ", other.Service.Daemon)
	}
	return &configgeneral.Error{Pos: e.At("daemon"), Err: fmt.Errorf("pid file %q of service %q is %sthat of service %q at %s",
		e.Service.Daemon, e.Path, also, other.Path, other.At("daemon"))}
}

// split returns the directory of a path, and its last name.
func split(file string) (dir, name string) {
	dir, name = path.Split(strings.TrimRight(file, "/"))
	if dir == "" {
		dir = "."
	}
	return dir, name
}

// cleaned returns the shortest name of a directory. It keeps "..", because after
// a symbolic link ".." is not the directory that the name suggests.
func cleaned(dir string) string {
	if slices.Contains(strings.Split(dir, "/"), "..") {
		return dir
	}
	return path.Clean(dir)
}

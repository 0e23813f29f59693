package servicelock

import "github.com/svloop/svloop/internal/runtimedir"

// View contains the holds and notes of all services, for a report. It makes no file.
type View struct{ dirs []viewed }

// viewed is a directory and the names of the files in it: most services have none,
// and one read of the directory shows that.
type viewed struct {
	*Directory
	names map[string]bool
}

// Look reads the directories of the user and of root.
func Look(u runtimedir.User) *View { return look(runtimedir.Existing(u)) }

func look(dirs []*runtimedir.Directory) *View {
	v := &View{}
	for _, dir := range dirs {
		names := make(map[string]bool)
		if all, err := dir.Open("."); err == nil {
			list, _ := all.Readdirnames(-1) // without names there is nothing to report
			all.Close()
			for _, name := range list {
				names[name] = true
			}
		}
		v.dirs = append(v.dirs, viewed{&Directory{boot: runtimedir.BootID(), here: dir}, names})
	}
	return v
}

// Held returns the hold of a service, if there is one.
func (v *View) Held(id Identity) (Hold, bool) { return first(v, id, holdSuffix, (*Directory).Held) }

// Note returns the note of a service, if there is one.
func (v *View) Note(id Identity) (Note, bool) { return first(v, id, noteSuffix, (*Directory).Note) }

func first[T any](v *View, id Identity, suffix string, get func(*Directory, Identity) (T, bool)) (none T, found bool) {
	for _, dir := range v.dirs {
		if dir.names[string(id)+suffix] {
			if got, found := get(dir.Directory, id); found {
				return got, true
			}
		}
	}
	return none, false
}

// Empty reports whether nothing was recorded about any service.
func (v *View) Empty() bool {
	for _, dir := range v.dirs {
		if len(dir.names) > 0 {
			return false
		}
	}
	return true
}

// Close closes the directories.
func (v *View) Close() {
	for _, dir := range v.dirs {
		dir.Close()
	}
}

package importing

import (
	"fmt"

	"github.com/svloop/svloop/internal/importing/entry"
)

// distinct remembers the names and pid files of all imported entries, with the
// position of each definition.
type distinct struct{ names, pidFiles map[string]string }

func newDistinct() *distinct {
	return &distinct{names: make(map[string]string), pidFiles: make(map[string]string)}
}

// keep removes the entries of a definition whose name or pid file an earlier
// entry uses, and returns an error for each.
func (known *distinct) keep(d *entry.Definition) (wrong []error) {
	var kept []*entry.Entry
	for _, e := range d.Entries {
		refused := known.refuse(d, e)
		if len(refused) == 0 {
			known.add(d, e)
			kept = append(kept, e)
		}
		wrong = append(wrong, refused...)
	}
	d.Entries = kept
	return wrong
}

func (known *distinct) refuse(d *entry.Definition, e *entry.Entry) (wrong []error) {
	if other, taken := known.names[e.Name]; taken {
		return []error{&entry.Error{File: d.File, Line: e.Line, What: e.Name, Err: fmt.Errorf("its name is already used by %s", other)}}
	}
	inGroup := make(map[string]bool)
	for _, s := range e.Services() {
		other, taken := known.pidFiles[s.Daemon]
		switch {
		case inGroup[s.Name]:
			wrong = append(wrong, &entry.Error{File: d.File, Line: s.Line, What: s.Name, Err: fmt.Errorf("its name is already used in group %q", e.Name)})
		case taken:
			wrong = append(wrong, &entry.Error{File: d.File, Line: s.Line, What: s.Name, Err: fmt.Errorf("its pid file %q is already used by %s", s.Daemon, other)})
		}
		inGroup[s.Name] = true
	}
	return wrong
}

func (known *distinct) add(d *entry.Definition, e *entry.Entry) {
	known.names[e.Name] = d.Position(e)
	for _, s := range e.Services() {
		if s.Daemon != "" {
			known.pidFiles[s.Daemon] = d.Position(s)
		}
	}
}

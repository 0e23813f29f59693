package importing

import "fmt"

// distinct remembers the names and pid files of the entries that are kept, and
// where these are defined.
type distinct struct{ names, pidFiles map[string]string }

func newDistinct() *distinct {
	return &distinct{names: make(map[string]string), pidFiles: make(map[string]string)}
}

// keep leaves out the entries of a definition whose name or pid file another
// one has, and returns an error for each.
func (known *distinct) keep(d *Definition) (wrong []error) {
	var kept []*Entry
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

func (known *distinct) refuse(d *Definition, e *Entry) (wrong []error) {
	if other, taken := known.names[e.Name]; taken {
		return []error{&Error{d.File, e.Line, e.Name, fmt.Errorf("its name is taken by that of %s", other)}}
	}
	inGroup := make(map[string]bool)
	for _, s := range e.services() {
		other, taken := known.pidFiles[s.Daemon]
		switch {
		case inGroup[s.Name]:
			wrong = append(wrong, &Error{d.File, s.Line, s.Name, fmt.Errorf("its name is taken by another of group %q", e.Name)})
		case taken:
			wrong = append(wrong, &Error{d.File, s.Line, s.Name, fmt.Errorf("its pid file %q is taken by that of %s", s.Daemon, other)})
		}
		inGroup[s.Name] = true
	}
	return wrong
}

func (known *distinct) add(d *Definition, e *Entry) {
	known.names[e.Name] = d.position(e)
	for _, s := range e.services() {
		if s.Daemon != "" {
			known.pidFiles[s.Daemon] = d.position(s)
		}
	}
}

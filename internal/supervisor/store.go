package supervisor

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/supervision"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// The store keeps the windows of the groups across restarts of the supervisor. It is
// the JSON of simplevisor, which reads the stores of this package, and the other way
// round:
//
//	{ID: {"name": N, "cycles": [[UNIXTIME, ADJUSTED], …], "children": {ID: …}}}
//
// The entry of a service has only its name. An ID is the MD5 of what identifies the
// entry, so that an entry that was changed starts with an empty window.

// stored is an entry in the store.
type stored struct {
	Name     string             `json:"name"`
	Cycles   *[]storedCycle     `json:"cycles,omitempty"` // of a group
	Children *map[string]stored `json:"children,omitempty"`
}

// storedCycle is a cycle: [UNIXTIME, ADJUSTED].
type storedCycle supervision.Cycle

// MarshalJSON returns the pair.
func (c storedCycle) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]any{float64(c.End.UnixMicro()) / 1e6, c.Adjusted})
}

// UnmarshalJSON parses the pair.
func (c *storedCycle) UnmarshalJSON(text []byte) error {
	var at float64
	pair := []any{&at, &c.Adjusted}
	if err := json.Unmarshal(text, &pair); err != nil || len(pair) != 2 || math.Abs(at) > 1<<40 {
		return fmt.Errorf("%s is no cycle", printable.Excerpt(string(text), 60))
	}
	c.End = time.UnixMicro(int64(at * 1e6))
	return nil
}

// windows are the cycles of each group, by its path.
type windows map[string][]supervision.Cycle

// encodeStore returns the text of a store.
func encodeStore(entries []*servicedef.Entry, w windows) ([]byte, error) {
	all := storedOf(entries, w)
	if cycles, implied := w[impliedPath]; implied {
		s := stored{Children: &map[string]stored{}}
		s.setCycles(cycles)
		all[impliedID] = s
	}
	return json.Marshal(all)
}

// impliedPath is the path of the group that stands over several entries, and impliedID
// its ID. simplevisor has no such group, and ignores it.
const impliedPath = ""

var impliedID = idOf(&servicedef.Entry{})

func (s *stored) setCycles(cycles []supervision.Cycle) {
	all := make([]storedCycle, len(cycles))
	for i, c := range cycles {
		all[i] = storedCycle(c)
	}
	s.Cycles = &all
}

func (s stored) cycles() (all []supervision.Cycle) {
	if s.Cycles != nil {
		for _, c := range *s.Cycles {
			all = append(all, supervision.Cycle(c))
		}
	}
	return all
}

func storedOf(entries []*servicedef.Entry, w windows) map[string]stored {
	all := make(map[string]stored, len(entries))
	for _, e := range entries {
		s := stored{Name: e.Name}
		if e.Service == nil {
			s.setCycles(w[e.Path])
			children := storedOf(e.Children, w)
			s.Children = &children
		}
		all[idOf(e)] = s
	}
	return all
}

// ErrStore is wrapped by the error for a file that is not the store of the configuration.
var ErrStore = errors.New("cannot use the store")

// errForeign is returned for a store without any entry of the configuration.
var errForeign = errors.New("it is that of another configuration")

// jsonName returns what JSON calls a value of a type.
func jsonName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Map, reflect.Struct:
		return "object"
	case reflect.Slice:
		return "array"
	}
	return t.Kind().String()
}

// decodeStore returns the windows in a store. Entries that the configuration does not
// have are ignored, but a store has at least one that it has: see errForeign.
func decodeStore(text []byte, entries []*servicedef.Entry) (windows, error) {
	w := make(windows)
	if len(text) == 0 {
		return w, nil // a crash of simplevisor leaves it so
	}
	var all map[string]stored
	err := json.Unmarshal(text, &all)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return nil, fmt.Errorf("it is not valid: want %s, found %s at byte %d", jsonName(wrong.Type), wrong.Value, wrong.Offset)
	}
	if err != nil {
		return nil, fmt.Errorf("it is not valid: %w", err)
	}
	if w.take(all, entries) == 0 && len(all) > 0 {
		return w, errForeign
	}
	if s, found := all[impliedID]; found {
		w[impliedPath] = s.cycles()
	}
	return w, nil
}

// take adds the windows of those entries that the configuration has, and returns how
// many entries these are.
func (w windows) take(all map[string]stored, entries []*servicedef.Entry) (known int) {
	for _, e := range entries {
		s, found := all[idOf(e)]
		if !found {
			continue
		}
		known++
		if e.Service != nil {
			continue
		}
		w[e.Path] = s.cycles()
		if s.Children != nil {
			w.take(*s.Children, e.Children)
		}
	}
	return known
}

// idOf returns the ID of an entry, which is the same as that of simplevisor.
func idOf(e *servicedef.Entry) string {
	text := e.Name
	if s := e.Service; s != nil {
		command := s.Step(servicedef.Start, "simplevisor-loop").Argv
		text = strings.Join([]string{s.Name, string(s.Expected), strings.Join(command, " ")}, "|")
	}
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

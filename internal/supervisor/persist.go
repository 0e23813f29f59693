package supervisor

import (
	"errors"
	"slices"
)

// loadStore reads the windows of the groups, and writes them, so that a store that cannot
// be written is an error before a service is touched.
func (s *supervisor) loadStore() error {
	if s.Store == "" {
		return nil
	}
	w, err := readStore(s.Store, s.Entries)
	if errors.Is(err, errForeign) && s.AnyStore {
		s.Log.Warn("%v: it is replaced", err)
		err = nil
	}
	if err != nil {
		return err
	}
	s.tree.SetWindows(w)
	return s.writeStore()
}

func (s *supervisor) writeStore() error {
	text, err := encodeStore(s.Entries, s.tree.Windows())
	if err != nil || slices.Equal(text, s.stored) {
		return err
	}
	if err := writeStore(s.Store, text); err != nil {
		return err
	}
	s.stored = text
	return nil
}

// saveStore writes the store. A failure is reported once, until a write succeeds.
func (s *supervisor) saveStore() {
	if s.Store == "" {
		return
	}
	err := s.writeStore()
	if err != nil && s.unstored == nil {
		s.Log.Warn("%v", err)
	}
	s.unstored = err
}

package entry

// Setting is one line of a definition: a key and its value.
type Setting struct {
	Section, Key, Value string
	Line                int
	Over                bool // a later line overrides it
	Taken               bool // it is translated
}

func (s *Setting) String() string { return s.Key + "=" + s.Value }

// Settings are the lines of a definition in their order.
type Settings []*Setting

func (all Settings) Of(section, key string) Settings {
	var found Settings
	for _, s := range all {
		if s.Section == section && s.Key == key {
			found = append(found, s)
		}
	}
	return found
}

// Last takes a key with a single value and returns its last line. It returns
// nil if there is no line, or if the last value is empty, which resets the key.
func (all Settings) Last(section, key string) *Setting {
	found := all.Of(section, key)
	for _, s := range found {
		s.Taken = true
	}
	if len(found) == 0 || found[len(found)-1].Value == "" {
		return nil
	}
	return found[len(found)-1]
}

// List takes all lines of a key whose values add up.
func (all Settings) List(section, key string) Settings {
	var values Settings
	for _, s := range all.Of(section, key) {
		s.Taken = true
		if !s.Over && s.Value != "" {
			values = append(values, s)
		}
	}
	return values
}

// Rest returns the lines that are neither taken nor overridden.
func (all Settings) Rest() Settings {
	var left Settings
	for _, s := range all {
		if !s.Taken && !s.Over {
			left = append(left, s)
		}
	}
	return left
}

package entry

// Setting is one line of a definition: a key with its value.
type Setting struct {
	Section, Key, Value string
	Line                int
	Over                bool // a later line takes its place
	Taken               bool // it means something here
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

// last takes the value of a key that has one: the last that it is given. It is
// nil when there is none, or an empty one, which takes back those before it.
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

// list takes all the values of a key that adds up.
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

// rest are the lines that nothing has taken.
func (all Settings) Rest() Settings {
	var left Settings
	for _, s := range all {
		if !s.Taken && !s.Over {
			left = append(left, s)
		}
	}
	return left
}

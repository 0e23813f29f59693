package importing

// setting is one line of a definition: a key with its value.
type setting struct {
	section, key, value string
	line                int
	over                bool // a later line takes its place
	taken               bool // it means something here
}

// settings are the lines of a definition in their order.
type settings []*setting

func (all settings) of(section, key string) settings {
	var found settings
	for _, s := range all {
		if s.section == section && s.key == key {
			found = append(found, s)
		}
	}
	return found
}

// last takes the value of a key that has one: the last that it is given. It is
// nil when there is none, or an empty one, which takes back those before it.
func (all settings) last(section, key string) *setting {
	found := all.of(section, key)
	for _, s := range found {
		s.taken = true
	}
	if len(found) == 0 || found[len(found)-1].value == "" {
		return nil
	}
	return found[len(found)-1]
}

// list takes all the values of a key that adds up.
func (all settings) list(section, key string) settings {
	var values settings
	for _, s := range all.of(section, key) {
		s.taken = true
		if !s.over && s.value != "" {
			values = append(values, s)
		}
	}
	return values
}

// rest are the lines that nothing has taken.
func (all settings) rest() settings {
	var left settings
	for _, s := range all {
		if !s.taken && !s.over {
			left = append(left, s)
		}
	}
	return left
}

package servicedef

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// NoMatchError is returned if no entry matches a pattern.
type NoMatchError struct {
	Pattern string
	Paths   []string // of all entries
}

func (e *NoMatchError) Error() string {
	return fmt.Sprintf("no service in the configuration matches %q", e.Pattern)
}

// mostNames is how many names a hint lists.
const mostNames = 20

// Hint lists the paths that there are.
func (e *NoMatchError) Hint() string {
	if len(e.Paths) == 0 {
		return ""
	}
	text := "the configuration has " + strings.Join(e.Paths[:min(len(e.Paths), mostNames)], ", ")
	if more := len(e.Paths) - mostNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// BadPatternError is returned for a pattern that is not valid.
type BadPatternError struct{ Pattern string }

func (e *BadPatternError) Error() string {
	return fmt.Sprintf("pattern %q is wrong: a bracket is not closed, or the backslash at the end escapes nothing", e.Pattern)
}

// wildcards are the characters that make a name a pattern: see [path.Match].
const wildcards = `*?[\`

// Select returns the entry with a name, as [Config.Find] does. If there is none, and the
// name has a wildcard, it returns the entries that match it as a pattern: by their paths,
// or by their names if the pattern has no slash. An entry in a group that matches is not
// listed besides the group. matched is true for a pattern. The errors are those of
// Find, [NoMatchError] and [BadPatternError].
func (c *Config) Select(name string) (found []*Entry, matched bool, err error) {
	e, err := c.Find(name)
	if err == nil {
		return []*Entry{e}, false, nil
	}
	if _, missing := errors.AsType[*NotFoundError](err); !missing || !strings.ContainsAny(name, wildcards) {
		return nil, false, err
	}
	pattern := asInShell(name)
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, true, &BadPatternError{name}
	}
	found = matching(c.Entries, pattern)
	if len(found) > 0 {
		return found, true, nil
	}
	none := &NoMatchError{Pattern: name}
	c.Walk(func(e *Entry) { none.Paths = append(none.Paths, e.Path) })
	return nil, true, none
}

// asInShell replaces [!x], which negates a set in sh(1) and fnmatch(3), by the [^x] of
// [path.Match], for which it would be the set of ! and x.
func asInShell(pattern string) string {
	text := []byte(pattern)
	for i, inSet := 0, false; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case inSet:
			inSet = c != ']'
		case c == '[':
			inSet = true
			if i+1 < len(text) && text[i+1] == '!' {
				text[i+1] = '^'
			}
		}
	}
	return string(text)
}

func matching(entries []*Entry, pattern string) (found []*Entry) {
	for _, e := range entries {
		ok, _ := path.Match(pattern, e.Path)
		if !ok && !strings.Contains(pattern, "/") {
			ok, _ = path.Match(pattern, e.Name)
		}
		if ok {
			found = append(found, e)
		} else {
			found = append(found, matching(e.Children, pattern)...)
		}
	}
	return found
}

package entry

import (
	"fmt"
	"testing"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for name, good := range map[string]bool{
		"a": true, "a-b_c.d:e@f+g": true, "é": true, "_a": true, "7": true,
		"": false, "-a": false, ".a": false, "a b": false, "a/b": false, "a$": false, "a\n": false, `a\x2d`: false, "\xff": false,
	} {
		err := CheckName(name)
		want := fmt.Sprintf("its name %q may contain only letters, digits and _ . : @ + -", name)
		if (err == nil) != good || err != nil && err.Error() != want {
			t.Errorf("%q: got %v", name, err)
		}
	}
}

// An entry with a word that the configuration cannot express is refused.
func TestUnwritable(t *testing.T) {
	t.Parallel()
	e := &Entry{Name: "x", Start: []string{"a", "b\x00"}}
	group := &Entry{Name: "g", Children: []*Entry{e}}
	for _, e := range []*Entry{e, group} {
		all := Definitions{{File: "f", Entries: []*Entry{e}}}
		const want = `cannot write "x": no command in a configuration can express it: word "b\x00"`
		if text, err := all.Text(); text != "" || err == nil || err.Error() != want {
			t.Errorf("got %q, %v", text, err)
		}
		if _, err := all.Tree(); err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
	}
}

package environ

import (
	"slices"
	"testing"
)

var env = []string{"A=1", "PATH=/bin", "PATHS=x=y", "EMPTY=", "BARE", "PATH=/sbin"}

func TestLookup(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		value string
		set   bool
	}{
		"PATH":  {"/bin", true},
		"PATHS": {"x=y", true},
		"EMPTY": {"", true},
		"BARE":  {"", false},
		"NONE":  {"", false},
	} {
		if value, set := Lookup(env, name); value != want.value || set != want.set {
			t.Errorf("%s: got %q, %t; want %q, %t", name, value, set, want.value, want.set)
		}
	}
}

func TestChanged(t *testing.T) {
	t.Parallel()
	before := slices.Clone(env)
	for _, test := range []struct {
		name      string
		got, want []string
	}{
		{"with another value", With(env, "PATH", "/a:/b"), []string{"A=1", "PATHS=x=y", "EMPTY=", "BARE", "PATH=/a:/b"}},
		{"with the first variable", With(nil, "PATH", "/a"), []string{"PATH=/a"}},
		{"without two", Without(env, "PATH", "A"), []string{"PATHS=x=y", "EMPTY=", "BARE"}},
		{"each once", Unique(env), []string{"A=1", "PATH=/sbin", "PATHS=x=y", "EMPTY=", "BARE="}},
		{"none", Unique(nil), []string{}},
	} {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, test.got, test.want)
		}
	}
	if !slices.Equal(env, before) {
		t.Errorf("the list itself was changed: %q", env)
	}
}

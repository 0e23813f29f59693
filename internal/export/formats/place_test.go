package formats

import (
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
)

// entry writes a service, or a group if it has children.
func entry(name, keys string, children ...string) string {
	keys = "name = " + name + "\n" + strings.ReplaceAll(keys, "; ", "\n") + "\n"
	if len(children) == 0 {
		return "<entry>\ntype = service\ncontrol = /bin/x\n" + keys + "</entry>\n"
	}
	return "<entry>\ntype = supervisor\n" + keys + "<children>\n" + strings.Join(children, "") + "</children>\n</entry>\n"
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       map[string]string // by path: the services that it follows; those that it needs
	}{
		{"alone", entry("a", "") + entry("b", ""), map[string]string{"a": "; ", "b": "; "}},
		{"after", entry("a", "after = c b") + entry("b", "") + entry("c", ""), map[string]string{"a": "b c; ", "b": "; ", "c": "; "}},
		{"one_for_one", entry("g", "strategy = one_for_one", entry("a", ""), entry("b", "")), map[string]string{"g/a": "; ", "g/b": "; "}},
		{"rest_for_one", entry("g", "strategy = rest_for_one", entry("a", ""), entry("b", ""), entry("c", "")),
			map[string]string{"g/a": "; ", "g/b": "g-a; g-a", "g/c": "g-a g-b; g-a g-b"}},
		{"one_for_all", entry("g", "strategy = one_for_all", entry("a", ""), entry("b", ""), entry("c", "")),
			map[string]string{"g/a": "; g-b g-c", "g/b": "g-a; g-a g-c", "g/c": "g-a g-b; g-a g-b"}},
		{"expected stopped", entry("g", "strategy = one_for_all", entry("a", ""), entry("b", "expected = stopped"), entry("c", "")),
			map[string]string{"g/a": "; g-c", "g/b": "g-a; ", "g/c": "g-a g-b; g-a"}},
		{"after against the order of the group", entry("g", "strategy = rest_for_one", entry("a", "after = c"), entry("b", ""), entry("c", "")),
			map[string]string{"g/a": "g-b g-c; ", "g/b": "; g-a", "g/c": "g-b; g-b g-a"}},
		{"a group in a group concerns no other", entry("g", "strategy = one_for_all", entry("a", ""), entry("h", "", entry("b", ""), entry("c", ""))),
			map[string]string{"g/a": "; ", "g/h/b": "g-a; g-a", "g/h/c": "g-a; g-a"}},
		{"groups that both do", entry("g", "strategy = rest_for_one", entry("h", "strategy = one_for_all", entry("b", ""), entry("c", "")), entry("a", "")),
			map[string]string{"g/h/b": "; g-h-c", "g/h/c": "g-h-b; g-h-b", "g/a": "g-h-b g-h-c; "}},
		{"both", entry("g", "strategy = rest_for_one", entry("a", ""), entry("b", "after = a")), map[string]string{"g/a": "; ", "g/b": "g-a; g-a"}},
		{"a name that no system takes", entry("a", "after = b%20c") + entry("b c", ""), map[string]string{"a": "; ", "b c": "; "}},
	} {
		for path, s := range exporttest.Sources(t, test.text) {
			got := strings.Join(export.Names(s.Follows), " ") + "; " + strings.Join(export.Names(s.Needs), " ")
			if got != test.want[path] {
				t.Errorf("%s: %s: got %q, want %q", test.name, path, got, test.want[path])
			}
		}
	}
}

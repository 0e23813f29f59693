package servicedef

import (
	"fmt"
	"strings"
	"testing"
)

// after returns the text of a service with the key after on its fourth line.
func after(name, names string) string {
	return strings.Replace(named(name, ""), "start =", "after = "+names+"\nstart =", 1)
}

// groupAfter returns the text of a group with the key after on its fourth line.
func groupAfter(name, names string, children ...string) string {
	return strings.Replace(group(name, "", children...), "window = 12", "after = "+names, 1)
}

func TestAfter(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"none", named("a", "") + named("b", ""), "a:;b:"},
		{"a later one", after("a", "b") + named("b", ""), "a:b;b:"},
		{"several", named("a", "") + named("b", "") + after("c", "b  a"), "a:;b:;c:b a"},
		{"twice", named("a", "") + after("c", "a a"), "a:;c:a"},
		{"blank", named("a", "") + after("c", ""), "a:;c:"},
		{"bare name", group("g", "", named("a", "")) + after("c", "a"), "g/a:;c:g/a"},
		{"path", group("g", "", named("a", "")) + after("c", "g/a a"), "g/a:;c:g/a"},
		{"name with a blank", strings.Replace(named("a", ""), "name = a", "name = a b", 1) + after("c", "a%20b"), "a b:;c:a b"},
		{"name with a comma", named("a,b", "") + after("c", "a,b"), "a,b:;c:a,b"},
		{"group", group("g", "", named("a", ""), group("h", "", named("b", ""))) + after("c", "b g"), "g/a:;g/h/b:;c:g/h/b g/a"},
		{"of a group", named("a", "") + groupAfter("g", "a", named("b", ""), after("c", "b")), "a:;g/b:a;g/c:g/b a"},
		{"of groups in groups", named("a", "") + named("b", "") + groupAfter("g", "a", groupAfter("h", "b", named("c", ""))), "a:;b:;g/h/c:b a"},
		{"group after group", group("g", "", named("a", ""), named("b", "")) + groupAfter("h", "g", named("c", "")), "g/a:;g/b:;h/c:g/a g/b"},
		{"in its group", group("g", "", named("a", ""), after("b", "a")), "g/a:;g/b:g/a"},
	} {
		var got []string
		for _, s := range load(t, test.text).Services() {
			got = append(got, s.Path+":"+paths(s.After))
		}
		if strings.Join(got, ";") != test.want {
			t.Errorf("%s: got %q, want %q", test.name, strings.Join(got, ";"), test.want)
		}
	}
	c := load(t, group("g", "", named("a", ""))+after("b", "g a"))
	if after := c.Entries[1].After; len(after) != 2 || after[0].Path != "g" || after[1].Path != "g/a" {
		t.Errorf("got the entries %v", after)
	}
}

// A key that contradicts the order of a group has no effect for a supervisor.
func TestAfterWarnings(t *testing.T) {
	t.Parallel()
	const ordered = "strategy = rest_for_one"
	for _, test := range []struct{ name, text, want string }{
		{"with the order", groupText(ordered, named("a", "")+after("b", "a")), ""},
		{"against it", groupText(ordered, after("a", "b")+named("b", "")),
			`a.conf:9:9: key "after" has no effect for svctl supervise: "g/b" follows in group "g", which starts its children in the order of the file`},
		{"against one_for_all", groupText("strategy = one_for_all", after("a", "b")+named("b", "")),
			`a.conf:9:9: key "after" has no effect for svctl supervise: "g/b" follows in group "g", which starts its children in the order of the file`},
		{"without an order", groupText("", after("a", "b")+named("b", "")), ""},
		{"another group", groupText(ordered, after("a", "b")) + named("b", ""), ""},
		{"below", groupText(ordered, group("h", "", after("a", "b"))+named("b", "")),
			`a.conf:17:9: key "after" has no effect for svctl supervise: "g/b" follows in group "g", which starts its children in the order of the file`},
		{"in a group without an order below", groupText(ordered, group("h", "", after("a", "b"), named("b", ""))), ""},
	} {
		var got []string
		for _, w := range load(t, test.text).Warnings {
			got = append(got, w.Error())
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestAfterErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"unknown", named("cache", "") + after("a", "cahce"), `a.conf:9:9: key "after": no service "cahce" in the configuration (did you mean "cache"?)`},
		{"unknown in a group", groupAfter("g", "other", named("a", "")), `a.conf:4:9: key "after": no service "other" in the configuration`},
		{"ambiguous", group("g", "", named("a", "")) + group("h", "", named("a", "")) + after("b", "a"), `a.conf:34:9: key "after": name "a" is ambiguous: it is g/a or h/a`},
		{"comma", named("b", "") + named("c", "") + after("a", "b, c"), `a.conf:14:9: key "after" has a comma in "b,": separate the names by blanks`},
		{"commas", named("b", "") + named("c", "") + after("a", "b,c"), `a.conf:14:9: key "after" has a comma in "b,c": separate the names by blanks`},
		{"repeated", named("b", "") + named("c", "") + after("a", "b\nafter = c"), `a.conf:15:9: key "after" occurs 2 times, first at a.conf:14:9: write all names in one value, separated by blanks`},
		{"block", named("b", "") + strings.Replace(named("a", ""), "start", "<after>\n</after>\nstart", 1), `a.conf:9:1: key "after" must be a value, not a block`},
		{"itself", after("a", "a"), `a.conf:4:9: entry "a" cannot be after itself`},
		{"group itself", groupAfter("g", "g", named("a", "")), `a.conf:4:9: entry "g" cannot be after itself`},
		{"its group", group("g", "", after("a", "g")), `a.conf:12:9: entry "g/a" cannot be after group "g", which contains it`},
		{"its entry", groupAfter("g", "a", named("a", "")), `a.conf:4:9: group "g" cannot be after entry "g/a", which it contains`},
		{"two", after("a", "b") + after("b", "a"), `a.conf:4:9: the order has a cycle: a after b after a`},
		{"not the first", named("x", "") + after("a", "x b") + after("b", "c") + after("c", "b"), `a.conf:15:9: the order has a cycle: b after c after b`},
		{"three", after("a", "b") + after("b", "c") + after("c", "a"), `a.conf:4:9: the order has a cycle: a after b after c after a`},
		{"two cycles", after("a", "b") + after("b", "a") + after("c", "d") + after("d", "c"),
			"a.conf:4:9: the order has a cycle: a after b after a\na.conf:16:9: the order has a cycle: c after d after c"},
		{"groups", groupAfter("g", "h", named("a", ""), named("b", "")) + groupAfter("h", "g", named("c", "")),
			`a.conf:4:9: the order has a cycle: g/a after h/c after g/a`},
		{"by a group", groupAfter("g", "b", named("a", "")) + after("b", "g/a"), `a.conf:4:9: the order has a cycle: g/a after b after g/a`},
		{"beside another error", after("a", "b") + after("b", "a\ntimeout = 0"), "a.conf:11:11: timeout \"0\" is wrong: want a number of seconds above 0\n" +
			`a.conf:4:9: the order has a cycle: a after b after a`},
		{"a wrong entry", after("a", "b") + "<entry>\nname = b\n</entry>\n", `a.conf:7:1: entry "b" has no type: want type = service or type = supervisor`},
	} {
		c, err := loadText(Apache, test.text)
		if c != nil || err == nil || err.Error() != test.want {
			t.Errorf("%s\ngot  %v\nwant %s", test.name, err, test.want)
		}
	}
	for list, want := range map[string]string{
		`["a"]`:      `a.conf:1:116: key "after" must be a value, not a list`,
		`["a", "a"]`: `a.conf:1:122: key "after" occurs 2 times, first at a.conf:1:117: write all names in one value, separated by blanks`,
	} {
		text := `{"entry": [{"type": "service", "name": "a", "start": "x"}, {"type": "service", "name": "b", "start": "x", "after": ` + list + `}]}`
		if _, err := loadText(JSON, text); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// TestAfterMany loads a long chain, and two large groups.
func TestAfterMany(t *testing.T) {
	t.Parallel()
	const number = 10_000
	var chain strings.Builder
	chain.WriteString(named("s0", ""))
	for i := 1; i < number; i++ {
		chain.WriteString(after(fmt.Sprint("s", i), fmt.Sprint("s", i-1)))
	}
	if c := load(t, chain.String()); c.Services()[number-1].After[0] != c.Services()[number-2] {
		t.Error("the last service is not after the one before it")
	}
	var first, second []string
	for i := range 1000 {
		first, second = append(first, named(fmt.Sprint("a", i), "")), append(second, named(fmt.Sprint("b", i), ""))
	}
	services := load(t, group("a", "", first...)+groupAfter("b", "a", second...)).Services()
	if got := len(services[len(services)-1].After); got != 1000 {
		t.Errorf("got %d services before the last, want 1000", got)
	}
}

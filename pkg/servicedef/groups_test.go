package servicedef

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// group returns the text of a group with these children.
func group(name, expected string, children ...string) string {
	text := "<entry>\ntype = supervisor\nname = " + name + "\nwindow = 12\nadjustments = 3\nstrategy = one_for_one\n"
	if expected != "" {
		text += "expected = " + expected + "\n"
	}
	return text + "<children>\nvar_x = 1\n" + strings.Join(children, "") + "</children>\n</entry>\n"
}

// named returns the text of a service.
func named(name, expected string) string {
	text := "<entry>\ntype = service\nname = " + name + "\nstart = /bin/" + name + "\n"
	if expected != "" {
		text += "expected = " + expected + "\n"
	}
	return text + "</entry>\n"
}

// TestExpected tests the expected state of a service in nested groups. The outermost
// group with the key has precedence.
func TestExpected(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		outer, inner, own string
		want              Expected
	}{
		{"", "", "", Running},
		{"", "", "running", Running},
		{"", "", "stopped", Stopped},
		{"", "stopped", "", Stopped},
		{"", "stopped", "running", Stopped},
		{"", "running", "stopped", Running},
		{"stopped", "", "", Stopped},
		{"stopped", "running", "running", Stopped},
		{"running", "stopped", "stopped", Running},
		{"none", "stopped", "", Stopped},
		{"none", "none", "stopped", Stopped},
		{"None", "STOPPED", "running", Stopped},
	} {
		c := load(t, group("a", test.outer, group("b", test.inner, named("s", test.own))))
		if got := c.Services()[0].Expected; got != test.want {
			t.Errorf("%+v: got %q", test, got)
		}
	}
}

// groupText returns the text of a group with keys from line 4 on.
func groupText(keys, children string) string {
	return "<entry>\ntype = supervisor\nname = g\n" + keys + "\n<children>\n" + children + "</children>\n</entry>\n"
}

func TestGroupKeys(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		keys string
		want Group
	}{
		{"", Group{OneForOne, 12, 3, ""}},
		{"strategy =\nwindow =\nadjustments =\nexpected =", Group{OneForOne, 12, 3, ""}},
		{"strategy = one_for_one", Group{OneForOne, 12, 3, ""}},
		{"strategy = rest_for_one\nwindow = 1\nadjustments = 0", Group{RestForOne, 1, 0, ""}},
		{"strategy = one_for_all\nwindow = 1000000\nadjustments = 1000000", Group{OneForAll, 1000000, 1000000, ""}},
		{"expected = none", Group{OneForOne, 12, 3, ""}},
		{"expected = Stopped", Group{OneForOne, 12, 3, Stopped}},
	} {
		c := load(t, groupText(test.keys, named("s", "")))
		if g := c.Entries[0].Group; g == nil || *g != test.want {
			t.Errorf("%q: got %+v, want %+v", test.keys, g, test.want)
		}
		if s := c.Entries[0].Children[0]; s.Group != nil || s.Service == nil {
			t.Errorf("the service in it is %+v", s)
		}
	}
	c := load(t, groupText("expected = stopped", groupText("expected = running", named("s", ""))))
	if g := c.Entries[0].Children[0].Group; g.Expected != Stopped {
		t.Errorf("the inner group expects %q, want the state of the outer group", g.Expected)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	c := load(t, group("web", "", named("httpd", ""), group("caches", "", named("redis", ""), named("varnish", "")))+
		named("httpd", "")+strings.Replace(group("", "", named("cron", "")), "name = \n", "", 1))
	if got, want := paths(c.Services()), "web/httpd web/caches/redis web/caches/varnish httpd supervisor/cron"; got != want {
		t.Errorf("got the services %q, want %q", got, want)
	}
	var all []string
	walk(c.Entries, func(e *Entry) { all = append(all, e.Path+"@"+e.Pos.String()) })
	if got, want := all[0]+" "+all[1], "web@a.conf:1:1 web/httpd@a.conf:9:1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	web := c.Entries[0]
	if web.Service != nil || web.Name != "web" || len(web.Children) != 2 || paths(web.Services()) != "web/httpd web/caches/redis web/caches/varnish" {
		t.Errorf("got the group %+v", web)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	c := load(t, group("web", "", named("httpd", ""), named("redis", ""), named("web", ""))+
		group("db", "", named("redis", ""), named("postgres", ""))+named("redis-exporter", "")+named("cron", ""))
	for name, want := range map[string]string{
		"web/httpd": "web/httpd",
		"httpd":     "web/httpd",
		"web":       "web", // a path has precedence over a bare name
		"web/web":   "web/web",
		"db":        "db",
		"db/redis":  "db/redis",
		"cron":      "cron",
	} {
		if e, err := c.Find(name); err != nil || e.Path != want {
			t.Errorf("%q: got %v, %v, want %q", name, e, err, want)
		}
	}
	for _, test := range []struct {
		name, text string
		is         error
	}{
		{"redis", `name "redis" is ambiguous: it is web/redis or db/redis`, &AmbiguousError{Name: "redis", Paths: []string{"web/redis", "db/redis"}}},
		{"postgrse", `no service "postgrse" in the configuration (did you mean "postgres"?)`, &NotFoundError{Name: "postgrse", Nearest: "postgres"}},
		{"web/htpd", `no service "web/htpd" in the configuration (did you mean "web/httpd"?)`, &NotFoundError{Name: "web/htpd", Nearest: "web/httpd"}},
		{"db/cron", `no service "db/cron" in the configuration`, &NotFoundError{Name: "db/cron"}},
		{"Cron", `no service "Cron" in the configuration (did you mean "cron"?)`, &NotFoundError{Name: "Cron", Nearest: "cron"}},
		{"nothing-like-it", `no service "nothing-like-it" in the configuration`, &NotFoundError{Name: "nothing-like-it"}},
		{"", `no service "" in the configuration`, &NotFoundError{}},
	} {
		e, err := c.Find(test.name)
		if e != nil || err == nil || err.Error() != test.text || !reflect.DeepEqual(err, test.is) {
			t.Errorf("%q: got %v, %v, want %s", test.name, e, err, test.text)
		}
	}
	_, err := c.Find("redis")
	if ambiguous, ok := errors.AsType[*AmbiguousError](err); !ok || !slices.Equal(ambiguous.Paths, []string{"web/redis", "db/redis"}) {
		t.Errorf("got %v", err)
	}
}

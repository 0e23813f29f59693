package simplevisor

import (
	"maps"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/servicedef"
)

func service(name string) *servicedef.Entry {
	return &servicedef.Entry{Name: name, Service: &servicedef.Service{Name: name}}
}

func group(name string, children ...*servicedef.Entry) *servicedef.Entry {
	return &servicedef.Entry{Name: name, Children: children}
}

// roots are the entries of the tests: none, a service, a supervisor, and two entries.
var roots = map[string][]*servicedef.Entry{
	"none":    nil,
	"service": {service("a")},
	"group":   {group("g", service("a"), group("in", service("x")))},
	"two":     {group("g", service("a")), service("b")},
}

// describe returns an order in words.
func describe(o Order) string {
	words := []string{string(o.Kind)}
	if o.Request != "" {
		words = append(words, o.Request)
	}
	if o.Action != "" {
		words = append(words, string(o.Action))
	}
	for _, e := range o.Targets {
		words = append(words, e.Name)
	}
	return strings.Join(words, " ")
}

func TestDecide(t *testing.T) {
	t.Parallel()
	const words = "command must be one of: start, stop, status, check, restart"
	for call, want := range map[string]string{
		"none status":              "ask",
		"none stop":                "quit quit",
		"none stop_supervisor":     "quit stop_supervisor",
		"none stop_children":       "request stop_children",
		"none wake_up":             "request wake_up",
		"none restart_child g/a":   "request restart_child g/a",
		"none start":               "no entry found",
		"none check":               "no entry found",
		"none check_configuration": "no entry found",
		"none start x":             "no entry found",
		"none helpx":               "no entry found",

		"group start":               "supervise g",
		"group single":              "single g",
		"group check":               "check g",
		"group check_configuration": "check configuration g",
		"group restart":             "restart command is accepted only with a path",
		"group restart_child":       "restart_child command is accepted only with a path",
		"group startx":              "command must be one of: " + strings.Join(Commands, ", "),

		"group start g/a":       "act start a",
		"group stop g/a":        "act stop a",
		"group status g/a":      "act status a",
		"group restart g/in/x":  "act restart x",
		"group check g/in":      "check in",
		"group check /":         "check g",
		"group check /g/nosuch": "check g",
		"group start g/in":      "act start in",
		"group status g/in":     `status command not supported on a supervisor node, look at "check" command instead`,
		"group single g/a":      words,
		"group wake_up g/a":     words,
		"group statusx g/a":     words,
		"group check a":         "given path is invalid: a",
		"group check g/nosuch":  "given path is invalid: g/nosuch",
		"group check g/":        "given path is invalid: g/",
		"group check g//a":      "given path is invalid: g//a",
		"group check g/a/a":     "given path is invalid: g/a/a",

		"service start":               "act start a",
		"service restart":             "act restart a",
		"service check":               "check a",
		"service status":              "ask",
		"service stop":                "quit quit",
		"service stop a":              "act stop a",
		"service single":              words,
		"service check_configuration": words,
		"service start nosuch":        "given path is invalid: nosuch",

		"two start":     "supervise g b",
		"two check b":   "check b",
		"two check /":   "check g b",
		"two start g/a": "act start a",
	} {
		fields := strings.Fields(call)
		p := Properties{"command": fields[1]}
		if len(fields) > 2 {
			p["path"] = fields[2]
		}
		o, err := Decide(p, roots[fields[0]])
		got := describe(o)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", call, got, want)
		}
	}
}

func TestDecideEmptyPath(t *testing.T) {
	t.Parallel()
	o, err := Decide(Properties{"command": "check", "path": ""}, roots["group"])
	if got := describe(o); err != nil || got != "check g" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestDecideDaemon(t *testing.T) {
	t.Parallel()
	for daemon, refused := range map[string]bool{"true": true, "1": true, "yes": true, "false": false, "False": false, "0": false} {
		_, err := Decide(Properties{"command": "stop", "path": "g/a", "daemon": daemon}, roots["group"])
		if (err != nil) != refused {
			t.Errorf("daemon = %s: %v", daemon, err)
		}
		if err != nil && err.Error() != "daemon option make sense only with start command" {
			t.Errorf("daemon = %s: %v", daemon, err)
		}
	}
	for _, p := range []Properties{{"command": "start", "path": "g/a"}, {"command": "check"}} {
		p["daemon"] = "true"
		if _, err := Decide(p, roots["group"]); err != nil {
			t.Errorf("%v: %v", p, err)
		}
	}
}

func TestBlock(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Properties{
		`{}`:                  {},
		`{"simplevisor": 1}`:  {},
		`{"simplevisor": {}}`: {},
		`{"simplevisor": {"interval": 5, "pidfile": "/run/x", "var_a": "1", "log": null, "logname": " ", "store": {"a": "1"}}}`: {"interval": "5", "pidfile": "/run/x"},
	} {
		tree, err := configgeneral.ParseJSON("conf", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := Block(tree); !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	if got := Block(nil); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

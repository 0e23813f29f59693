package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// TestLocate searches the configuration in the documented order.
func TestLocate(t *testing.T) {
	t.Parallel()
	const system = "/etc/simplevisor/simplevisor.conf"
	if _, err := os.Lstat(system); !errors.Is(err, fs.ErrNotExist) {
		leaveOut(t, system+" is there")
	}
	home := t.TempDir()
	for _, dir := range []string{"xdg/simplevisor", ".config/simplevisor", "empty"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	xdg := writeFile(t, filepath.Join(home, "xdg/simplevisor/simplevisor.conf"), "", 0o644)
	below := writeFile(t, filepath.Join(home, ".config/simplevisor/simplevisor.conf"), "", 0o644)
	const none = "no configuration: there is no --conf, no $SVCTL_CONF, and no " + system
	for _, test := range []struct {
		name string
		conf string
		env  environment
		root string // the path for root, or the error
		user string // the path for an unprivileged user
	}{
		{"the option first", "a", environment{"SVCTL_CONF=b", "HOME=" + home}, "a", "a"},
		{"then the variable", "", environment{"SVCTL_CONF=b", "HOME=" + home}, "b", "b"},
		{"which may be empty", "", environment{"SVCTL_CONF=", "HOME=" + home}, none, below},
		{"then the directory of the user", "", environment{"XDG_CONFIG_HOME=" + home + "/xdg", "HOME=" + home}, none, xdg},
		{"which may be empty, too", "", environment{"XDG_CONFIG_HOME=", "HOME=" + home}, none, below},
		{"which must be absolute", "", environment{"XDG_CONFIG_HOME=xdg", "HOME=" + home}, none, below},
		{"no home", "", environment{}, none, none},
		{"an empty home", "", environment{"HOME="}, none, none},
		{"a relative home", "", environment{"HOME=.", "XDG_CONFIG_HOME="}, none, none},
		{"all relative", "", environment{"HOME=home", "XDG_CONFIG_HOME=./xdg"}, none, none},
		{"then nothing", "", environment{"HOME=" + home + "/empty"}, none, none + " or " + home + "/empty/.config/simplevisor/simplevisor.conf"},
	} {
		want := test.user
		if os.Geteuid() == 0 {
			want = test.root
		}
		got, err := (&invocation{options: &options{conf: test.conf}, env: test.env}).locate()
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", test.name, got, want)
		}
	}
}

// TestWithAbsolutePATH removes only the directories that depend on the current directory.
func TestWithAbsolutePATH(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ path, want string }{
		{"/a:/b", "/a:/b"}, {":/a", "/a"}, {"/a:", "/a"}, {"/a::/b", "/a:/b"}, {".:/a:b", "/a"}, {"", ""}, {"..", ""},
	} {
		before := environment{"A=.:b", "PATH=" + test.path, "MANPATH=:x"}
		want := environment{"A=.:b", "PATH=" + test.want, "MANPATH=:x"}
		if got := before.withAbsolutePATH(); !slices.Equal(got, want) {
			t.Errorf("%q: got %q", test.path, got)
		}
	}
	if got := (environment{"A=1"}).withAbsolutePATH(); len(got) != 1 {
		t.Errorf("got %q", got)
	}
}

// TestSvloop uses $SVLOOP unchanged, and searches svloop otherwise.
func TestSvloop(t *testing.T) {
	t.Parallel()
	if got := (&invocation{env: environment{"A=1", "SVLOOP=my loop", "SVLOOP=other"}}).svloop(); got != "my loop" {
		t.Errorf("got %q", got)
	}
	if got := (&invocation{env: environment{"SVLOOP="}}).svloop(); filepath.Base(got) != "svloop" {
		t.Errorf("got %q", got)
	}
	dir := t.TempDir()
	there := writeFile(t, filepath.Join(dir, "svloop"), "", 0o755)
	for path, want := range map[string]string{dir: there, ":" + dir: there, ".:x:" + dir: there, "": "svloop", ".": "svloop"} {
		if got := (&invocation{env: environment{"PATH=" + path}}).svloop(); got != want {
			t.Errorf("in %q got %q, want %q", path, got, want)
		}
	}
}

func TestCodeOf(t *testing.T) {
	t.Parallel()
	denied := &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}
	notFound, ambiguous := &servicedef.NotFoundError{Name: "a"}, &servicedef.AmbiguousError{Name: "a"}
	for _, test := range []struct {
		err  error
		want lsb.Action
	}{
		{wrong("x"), lsb.Usage},
		{fmt.Errorf("y: %w", wrong("x")), lsb.Usage},
		{ambiguous, lsb.Usage},
		{notFound, lsb.NotConfigured},
		{errors.Join(notFound, ambiguous), lsb.Usage},
		{denied, lsb.NotPermitted},
		{explainLoad("x", denied), lsb.NotPermitted},
		{&configgeneral.Error{Err: denied}, lsb.NotPermitted},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, lsb.NotConfigured},
		{servicedef.Errors{errors.New("x")}, lsb.NotConfigured},
		{servicedef.ErrNoEntry, lsb.NotConfigured},
	} {
		if got := codeOf(test.err); got != test.want {
			t.Errorf("%v: got %d, want %d", test.err, got, test.want)
		}
	}
}

// TestNames reports all wrong names, and runs no command.
func TestNames(t *testing.T) {
	t.Parallel()
	group := func(name string) string {
		return "<entry>\ntype = supervisor\nname = " + name + "\n<children>\n" + entry("redis", "control = touch DIR/run") + "</children>\n</entry>\n"
	}
	dir, conf := writeConf(t, group("web")+group("db")+entry("cron", "control = touch DIR/run"))
	for _, test := range []struct {
		names  []string
		want   string
		code   int
		status int
	}{
		{[]string{"corn"}, "svctl: no service \"corn\" in the configuration (did you mean \"cron\"?)\n", 6, 4},
		{[]string{"redis"}, "svctl: name \"redis\" is ambiguous: it is web/redis or db/redis\n", 2, 4},
		{[]string{"cron", "x", "redis", "y"}, "svctl: no service \"x\" in the configuration\n" +
			"svctl: name \"redis\" is ambiguous: it is web/redis or db/redis\nsvctl: no service \"y\" in the configuration\n", 2, 4},
	} {
		for _, action := range []string{"start", "stop", "restart", "status", "check", "show", "match", "list"} {
			code := test.code
			if action == "status" {
				code = test.status
			}
			wantAnswer(t, dir, answer{stderr: test.want, code: code}, append([]string{"--conf", conf, action}, test.names...)...)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "run")); err == nil {
		t.Error("a command was run")
	}
}

// TestSelected lists each service once, and knows which were selected by name.
func TestSelected(t *testing.T) {
	t.Parallel()
	_, conf := writeConf(t, "<entry>\ntype = supervisor\nname = g\n<children>\n"+entry("a", "control = x")+entry("b", "control = x")+
		"</children>\n</entry>\n"+entry("c", "control = x"))
	config, err := servicedef.Load(conf, servicedef.Apache, guardedFiles{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want string
		one  bool
	}{
		{nil, "[g/a g/b c]", false},
		{[]string{"g"}, "[g/a g/b]", false},
		{[]string{"c"}, "[c!]", true},
		{[]string{"b"}, "[g/b!]", true},
		{[]string{"c", "c"}, "[c!]", false},
		{[]string{"g", "b"}, "[g/a g/b!]", false},
		{[]string{"b", "g"}, "[g/b! g/a]", false},
	} {
		s := &invocation{options: &options{args: test.args}, config: config}
		services, err := s.services()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, service := range services {
			path := service.Path
			if service.byName {
				path += "!"
			}
			got = append(got, path)
		}
		if fmt.Sprint(got) != test.want || s.one(services) != test.one {
			t.Errorf("%q: got %v, %v", test.args, got, s.one(services))
		}
	}
}

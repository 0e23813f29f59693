package instance

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/spawn"
)

func envFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "env")
	check(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestEnviron(t *testing.T) {
	t.Parallel()
	file := envFile(t, "F=file\nBOTH=file\n")
	id := &spawn.Identity{Name: "u", Home: "/h", Shell: "/s"}
	tests := []struct {
		name string
		own  []string
		set  func(*cmdline.Options)
		want []string
	}{
		{"its own", []string{"A=1", "B=", "C=x=y"}, func(*cmdline.Options) {}, []string{"A=1", "B=", "C=x=y"}},
		{"nothing", []string{"A=1"}, func(o *cmdline.Options) { o.ClearEnv = true }, []string{}},
		{"no value", []string{"A"}, func(*cmdline.Options) {}, []string{"A="}},
		{"twice", []string{"A=1", "B=2", "A=3"}, func(*cmdline.Options) {}, []string{"A=3", "B=2"}},
		{"each source overrides the earlier ones", []string{"HOME=/own", "BOTH=own", "O=own"}, func(o *cmdline.Options) {
			o.Setup.Identity, o.EnvFile, o.Env = id, file, []string{"O=option", "F=option", "N=a=b"}
		}, []string{"HOME=/h", "BOTH=file", "O=option", "USER=u", "LOGNAME=u", "SHELL=/s", "F=option", "N=a=b"}},
		{"a user without an entry", []string{"HOME=/own"}, func(o *cmdline.Options) { o.Setup.Identity = &spawn.Identity{UID: 5} }, []string{"HOME=/own"}},
		{"the same option twice", nil, func(o *cmdline.Options) { o.Env = []string{"A=1", "A=2"} }, []string{"A=2"}},
		{"cleared, then given", []string{"A=1"}, func(o *cmdline.Options) { o.ClearEnv, o.Env = true, []string{"B=2"} }, []string{"B=2"}},
		{"the caller's standing in the foreground", []string{"NOTIFY_SOCKET=/s", "LISTEN_FDS=1"}, func(*cmdline.Options) {},
			[]string{"NOTIFY_SOCKET=/s", "LISTEN_FDS=1"}},
		{"not the variables of the caller's supervisor", []string{"A=1", "NOTIFY_SOCKET=/s", "WATCHDOG_USEC=1", "WATCHDOG_PID=1", "LISTEN_PID=1", "LISTEN_FDS=1", "LISTEN_FDNAMES=x", "B=2"},
			func(o *cmdline.Options) { o.Daemon = true }, []string{"A=1", "B=2"}},
		{"but a variable of an option", []string{"NOTIFY_SOCKET=/s", "A=1"}, func(o *cmdline.Options) {
			o.Daemon, o.Env = true, []string{"NOTIFY_SOCKET=/mine"}
		}, []string{"A=1", "NOTIFY_SOCKET=/mine"}},
	}
	for _, test := range tests {
		o := cmdline.Defaults()
		test.set(o)
		got, err := environment(t.Context(), o, test.own, nil)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, %v; want %q", test.name, got, err, test.want)
		}
	}
}

func TestReadEnvFile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text, warning string
		want          []string
	}{
		{"A=1\n# comment\nB='x\ny' \\\nz", "", []string{"A=1", "B=x\nyz"}},
		{"A=1\nsecret\nB=2", "line 2", []string{"A=1", "B=2"}},
		{"secret\n.\n\n=x", "lines 1, 2, 4", nil},
		{"1\n2\n3\n4\n5\n6\n7", "lines 1, 2, 3, 4, 5 and 2 more", nil},
	} {
		path, said := envFile(t, test.text), ""
		got, err := readEnvFile(t.Context(), path, true, func(text string) { said += text })
		want := ""
		if test.warning != "" {
			want = fmt.Sprintf("environment file %q: ignored text that is not NAME=VALUE in %s", path, test.warning)
		}
		if err != nil || !slices.Equal(got, test.want) || said != want {
			t.Errorf("%q: %q, %v, said %s; want %q, %s", test.text, got, err, said, test.want, want)
		}
	}
}

func TestReadEnvFileRefuses(t *testing.T) {
	t.Parallel()
	long := envFile(t, "B=1\nA="+strings.Repeat("x", 1<<17))
	for _, test := range []struct {
		path     string
		optional bool
		want     string
	}{
		{"/nonexistent/env", false, "cannot open environment file: open /nonexistent/env: no such file or directory"},
		{"/nonexistent/env", true, ""},
		{"/dev/null/env", true, ""},
		{t.TempDir(), true, `cannot read environment file "PATH": read PATH: is a directory`},
		{long, true, "cannot read environment file: PATH:2:1: the line has more than 131071 bytes, the limit of execve(2)"},
	} {
		pairs, err := readEnvFile(t.Context(), test.path, test.optional, nil)
		want := strings.ReplaceAll(test.want, "PATH", test.path)
		if pairs != nil || want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%q, optional %v: %q, %v; want %s", test.path, test.optional, pairs, err, want)
		}
	}
}

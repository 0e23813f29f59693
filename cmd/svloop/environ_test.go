package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/internal/launch"
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
	id := &launch.Identity{Name: "u", Home: "/h", Shell: "/s"}
	tests := []struct {
		name string
		own  []string
		set  func(*invocation.Options)
		want []string
	}{
		{"its own", []string{"A=1", "B=", "C=x=y"}, func(*invocation.Options) {}, []string{"A=1", "B=", "C=x=y"}},
		{"nothing", []string{"A=1"}, func(o *invocation.Options) { o.ClearEnv = true }, []string{}},
		{"no value", []string{"A"}, func(*invocation.Options) {}, []string{"A="}},
		{"twice", []string{"A=1", "B=2", "A=3"}, func(*invocation.Options) {}, []string{"A=3", "B=2"}},
		{"each over what came before", []string{"HOME=/own", "BOTH=own", "O=own"}, func(o *invocation.Options) {
			o.Setup.Identity, o.EnvFile, o.Env = id, file, []string{"O=option", "F=option", "N=a=b"}
		}, []string{"HOME=/h", "BOTH=file", "O=option", "USER=u", "LOGNAME=u", "SHELL=/s", "F=option", "N=a=b"}},
		{"a user without an entry", []string{"HOME=/own"}, func(o *invocation.Options) { o.Setup.Identity = &launch.Identity{UID: 5} }, []string{"HOME=/own"}},
		{"the same option twice", nil, func(o *invocation.Options) { o.Env = []string{"A=1", "A=2"} }, []string{"A=2"}},
		{"cleared, then given", []string{"A=1"}, func(o *invocation.Options) { o.ClearEnv, o.Env = true, []string{"B=2"} }, []string{"B=2"}},
		{"the caller's standing in the foreground", []string{"NOTIFY_SOCKET=/s", "LISTEN_FDS=1"}, func(*invocation.Options) {},
			[]string{"NOTIFY_SOCKET=/s", "LISTEN_FDS=1"}},
		{"not that of a daemon", []string{"A=1", "NOTIFY_SOCKET=/s", "WATCHDOG_USEC=1", "WATCHDOG_PID=1", "LISTEN_PID=1", "LISTEN_FDS=1", "LISTEN_FDNAMES=x", "B=2"},
			func(o *invocation.Options) { o.Daemon = true }, []string{"A=1", "B=2"}},
		{"but that of an option", []string{"NOTIFY_SOCKET=/s", "A=1"}, func(o *invocation.Options) {
			o.Daemon, o.Env = true, []string{"NOTIFY_SOCKET=/mine"}
		}, []string{"A=1", "NOTIFY_SOCKET=/mine"}},
	}
	for _, test := range tests {
		o := invocation.Defaults()
		test.set(o)
		got, err := environ(t.Context(), o, test.own)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, %v; want %q", test.name, got, err, test.want)
		}
	}
}

var envFiles = []struct {
	text string
	want []string
}{
	{"", nil},
	{"A=1\nB=2", []string{"A=1", "B=2"}},
	{"\n# comment\n; comment\n   # comment\n A = 1 \n", []string{"A=1"}},
	{"A=\nB==\nC=a=b\n", []string{"A=", "B==", "C=a=b"}},
	{"A=\"x y\"\nB='x y'\nC=' x '\nD=\"\"\n", []string{"A=x y", "B=x y", "C= x ", "D="}},
	{"A=\"x\nB=x\"\nC='\nD=\"x'\n", []string{"A=\"x", "B=x\"", "C='", "D=\"x'"}},
	{"A=x # no comment\n", []string{"A=x # no comment"}},
	{"A=1\r\nB=2\r\n", []string{"A=1", "B=2"}},
	{"export A=1\n", []string{"A=1"}},
	{"export=1\n", []string{"export=1"}},
	{"A=caf\xe9\n", []string{"A=caf\xe9"}},
	{"A=$HOME `x` \\n\n", []string{"A=$HOME `x` \\n"}},
	{"A=1\nA=2\n", []string{"A=1", "A=2"}},
	{"A=" + strings.Repeat("x", 1<<16) + "\n", []string{"A=" + strings.Repeat("x", 1<<16)}},
}

func TestReadEnvFile(t *testing.T) {
	t.Parallel()
	for _, test := range envFiles {
		got, err := readEnvFile(t.Context(), envFile(t, test.text))
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, %v; want %q", test.text, got, err, test.want)
		}
	}
}

var badEnvFiles = []struct{ text, want string }{
	{"A", `PATH:1:1: want NAME=VALUE, found "A"`},
	{"A=1\n\nB\nC\n", `PATH:3:1: want NAME=VALUE, found "B"`},
	{"=1\n", `PATH:1:1: want NAME=VALUE, found "=1"`},
	{" =1\n", `PATH:1:1: want NAME=VALUE, found "=1"`},
	{"A B=1\n", `PATH:1:1: want NAME=VALUE, found "A B=1"`},
	{"A\tB=1\n", `PATH:1:1: want NAME=VALUE, found "A\tB=1"`},
	{"export\n", `PATH:1:1: want NAME=VALUE, found "export"`},
	{"A=x\x00y\n", `PATH:1:1: want NAME=VALUE, found "A=x\x00y"`},
	{"A\x00=y\n", `PATH:1:1: want NAME=VALUE, found "A\x00=y"`},
}

func TestReadEnvFileRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range badEnvFiles {
		path := envFile(t, test.text)
		got, err := readEnvFile(t.Context(), path)
		want := "cannot read environment file: " + strings.ReplaceAll(test.want, "PATH", path)
		if err == nil || err.Error() != want {
			t.Errorf("%q: %q, %v; want %s", test.text, got, err, want)
		}
	}
	_, err := readEnvFile(t.Context(), "/nonexistent/env")
	if err == nil || err.Error() != "cannot open environment file: open /nonexistent/env: no such file or directory" {
		t.Errorf("no file: %v", err)
	}
	path := envFile(t, "B=1\nA="+strings.Repeat("x", 1<<17))
	if _, err := readEnvFile(t.Context(), path); err == nil || err.Error() != "cannot read environment file: "+path+":2:1: the line has more than 131071 bytes, which no program can be given" {
		t.Errorf("a very long line: %v", err)
	}
}

func FuzzReadEnvFile(f *testing.F) {
	for _, test := range envFiles {
		f.Add(test.text)
	}
	for _, test := range badEnvFiles {
		f.Add(test.text)
	}
	path := filepath.Join(f.TempDir(), "env")
	f.Fuzz(func(t *testing.T, text string) {
		check(t, os.WriteFile(path, []byte(text), 0o600))
		pairs, err := readEnvFile(t.Context(), path)
		if err != nil {
			return
		}
		for _, pair := range pairs {
			name, _, found := strings.Cut(pair, "=")
			if !found || name == "" || strings.ContainsAny(pair, "\x00\n") {
				t.Fatalf("%q has %q", text, pair)
			}
		}
	})
}

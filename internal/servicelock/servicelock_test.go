package servicelock

import (
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/servicedef"
)

// resolve knows one symbolic link.
func resolve(dir string) string {
	dir = strings.TrimSuffix(dir, "/")
	if !strings.HasPrefix(dir, "/") {
		dir = "/here/" + strings.TrimPrefix(dir, ".")
	}
	return strings.TrimSuffix(strings.Replace(dir, "/link", "/run", 1), "/")
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	daemon := func(path, pidfile string) *servicedef.Service {
		return &servicedef.Service{Path: path, Daemon: pidfile}
	}
	command := func(path string) *servicedef.Service { return &servicedef.Service{Path: path} }
	for _, test := range []struct {
		name   string
		aConf  string
		a      *servicedef.Service
		bConf  string
		b      *servicedef.Service
		wanted bool // that they are one
	}{
		{"itself", "/a.conf", command("x"), "/a.conf", command("x"), true},
		{"relative", "a.conf", command("x"), "/here/a.conf", command("x"), true},
		{"link", "/link/a.conf", command("x"), "/run/a.conf", command("x"), true},
		{"another configuration", "/a.conf", command("x"), "/b.conf", command("x"), false},
		{"another path", "/a.conf", command("x"), "/a.conf", command("y"), false},
		{"one pid file", "/a.conf", daemon("x", "/run/x"), "/b.conf", daemon("x", "/link/x"), true},
		{"two pid files", "/a.conf", daemon("x", "/run/x"), "/a.conf", daemon("x", "/run/y"), false},
		{"cut", "/a.conf", command("x" + strings.Repeat("y", 300)), "/a.conf", command("z" + strings.Repeat("y", 300)), false},
		{"replaced", "/a.conf", command("a/b"), "/a.conf", command("a_b"), false},
	} {
		a, b := Identify(test.aConf, test.a, resolve), Identify(test.bConf, test.b, resolve)
		if (a == b) != test.wanted {
			t.Errorf("%s: %s and %s", test.name, a, b)
		}
	}
}

// Every name of a service becomes a name of a file.
func TestIdentityIsFileName(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"web/httpd": "web_httpd", "..": "_.", "../../etc/passwd": "_._.._etc_passwd", "a\x00b\nc\xff d": "a_b_c__d",
		"": "", "é": "__", strings.Repeat("0123456789", 30): strings.Repeat("0123456789", 7)[6:],
	} {
		id := string(Identify("/a.conf", &servicedef.Service{Path: path}, resolve))
		got, hash, _ := strings.Cut(id, "-")
		if got != want || len(hash) != 32 {
			t.Errorf("%q became %q, want %q and a hash", path, id, want)
		}
	}
}

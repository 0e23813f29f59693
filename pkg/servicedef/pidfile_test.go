package servicedef

import (
	"fmt"
	"strings"
	"testing"
)

// withPidFiles returns a configuration with these pid files.
func withPidFiles(files ...string) string {
	var b strings.Builder
	for i, file := range files {
		fmt.Fprintf(&b, "<entry>\ntype = service\nname = s%d\nstart = x\ndaemon = %s\n</entry>\n", i, file)
	}
	return b.String()
}

// TestSamePidFile compares the names of pid files without reading directories.
func TestSamePidFile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		files string
		same  bool
	}{
		{"/a/x /a/x", true}, {"/a/x /a//x", true}, {"/a/x /a/./x", true}, {"x ./x", true}, {"/x //x", true}, {"/a/../x /a/../x", true},
		{"/a/x /a/y", false}, {"/a/x /b/x", false}, {"x /x", false}, {"/a/../x /x", false}, {"/a/x /a/X", false},
	} {
		files := strings.Fields(test.files)
		_, err := loadText(Apache, withPidFiles(files...))
		if got := err != nil; got != test.same {
			t.Errorf("%s: got %v", test.files, err)
		}
	}
}

// TestResolvePidFiles resolves each directory once, and only if the last names are equal.
func TestResolvePidFiles(t *testing.T) {
	t.Parallel()
	c := load(t, withPidFiles("/run/a", "/var/run/a", "/var/run/b", "/else/a", "/run/c", "/run/b", "/no/d"))
	asked := make(map[string]int)
	errors := c.DistinctPidFiles(func(dir string) string {
		asked[dir]++
		return strings.TrimPrefix(dir, "/var")
	})
	const want = `a.conf:11:10: pid file "/var/run/a" of service "s1" is "/run/a", that of service "s0" at a.conf:5:10
a.conf:35:10: pid file "/run/b" of service "s5" is "/var/run/b", that of service "s2" at a.conf:17:10`
	if errors.Error() != want {
		t.Errorf("got\n%v", errors)
	}
	if fmt.Sprint(asked) != "map[/else/:1 /run/:1 /var/run/:1]" {
		t.Errorf("asked for %v", asked)
	}
}

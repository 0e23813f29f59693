package configgeneral

import (
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

// absolute presents the files below root under absolute names.
type absolute struct{ fstest.MapFS }

func (a absolute) ReadFile(name string) ([]byte, error) { return a.MapFS.ReadFile(relative(name)) }
func (a absolute) ReadDir(name string) ([]fs.DirEntry, error) {
	return a.MapFS.ReadDir(relative(name))
}
func (a absolute) Stat(name string) (fs.FileInfo, error) { return a.MapFS.Stat(relative(name)) }

func relative(name string) string {
	name, ok := strings.CutPrefix(name, "/")
	switch {
	case !ok:
		return "not absolute: " + name
	case name == "":
		return "."
	}
	return name
}

func TestIncludeAbsolute(t *testing.T) {
	files := absolute{mapFS(
		"etc/main.conf", "<<include sub/one.conf>>\n<<include /opt/*.conf>>\n<<include /opt/sub/x.conf>>",
		"etc/sub/one.conf", "<<include two.conf>>\n<<include beside.conf>>\n<<include more/*.conf>>",
		"etc/sub/two.conf", "two = 2",
		"etc/beside.conf", "beside = the first file",
		"etc/more/x.conf", "more = 1",
		"opt/o.conf", "opt = 1",
		"opt/sub/x.conf", "x = 1",
	)}
	tree, err := Parse("/etc/main.conf", files)
	if err != nil {
		t.Fatal(err)
	}
	want := M{"two": "2", "beside": "the first file", "more": "1", "opt": "1", "x": "1"}
	if got := plain(tree); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestIncludeErrors(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		want  string
	}{
		{"circle", []string{"main.conf", "a = 1\n <<include d/a.conf>>", "d/a.conf", "\n<<include b.conf>>", "d/b.conf", "<<include a.conf>>"},
			`d/b.conf:1:1: cannot include "d/a.conf": the file includes itself, directly or through another file (included from d/a.conf:2, included from main.conf:2)`},
		{"missing", []string{"main.conf", "<<include a.conf>>", "a.conf", "\n\t<<include b.conf>>"},
			`a.conf:2:2: cannot include "b.conf": file does not exist (included from main.conf:1)`},
		{"quotes", []string{"main.conf", `<<include "a.conf">>`, "a.conf", ""},
			`main.conf:1:1: cannot include "\"a.conf\"": file does not exist: remove the quotes, which count as part of the name`},
		{"directory", []string{"main.conf", "<<include d>>", "d/a.conf", ""},
			`main.conf:1:1: cannot include "d": is a directory: name a file or a pattern like "*.conf"`},
		{"file that is a pattern", []string{"main.conf", "<<include a*>>", "a[1]", ""},
			`main.conf:1:11: "a*" matches "a[1]", which looks like a pattern itself: rename that file`},
		{"braces", []string{"main.conf", "<<include " + strings.Repeat("{a,b}", 20) + ">>"},
			`main.conf:1:11: cannot expand "` + strings.Repeat("{a,b}", 20) + `": its braces expand to more than 1000 patterns`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("main.conf", mapFS(tt.files...))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestIncludeDepth(t *testing.T) {
	files := mapFS("main.conf", "<<include a>>")
	for name := "a"; len(name) < 100; name += "a" {
		files[name] = &fstest.MapFile{Data: []byte("<<include a" + name + ">>")}
	}
	_, err := Parse("main.conf", files)
	if err == nil || !strings.Contains(err.Error(), "includes are nested more than 64 deep") {
		t.Errorf("got %v", err)
	}
}

// TestIncludeCircleBehindLink needs real files: the names in the circle differ.
func TestIncludeCircleBehindLink(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("main.conf", []byte("<<include link.conf>>"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("main.conf", "link.conf"); err != nil {
		t.Fatal(err)
	}
	_, err := Parse("main.conf", OSFiles{})
	want := `main.conf:1:1: cannot include "link.conf": the file includes itself, directly or through another file`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestWildcard(t *testing.T) {
	tests := []struct {
		pattern, name string
		want          bool
	}{
		{"*", "", true}, {"*", "abc", true}, {"a*c", "abbc", true}, {"a*c", "ab", false}, {"a**b", "ab", true},
		{"?", "a", true}, {"?", "", false}, {"[a-c]", "b", true}, {"[!a-c]", "b", false}, {"[!a-c]", "d", true},
		{"[]a]", "]", true}, {"[a-]", "-", true}, {"[a", "[a", true}, {"[^a]", "^", true}, {"[^a]", "b", false},
		{`\*`, "*", true}, {`\*`, "a", false}, {`a\`, `a\`, true}, {"[a-]]", "a]", true},
		{strings.Repeat("*a", 50), strings.Repeat("a", 49) + "b", false},
	}
	for _, tt := range tests {
		if got := compileElement(tt.pattern).match(tt.name); got != tt.want {
			t.Errorf("%q matches %q: got %v, want %v", tt.pattern, tt.name, got, tt.want)
		}
	}
}

func TestExpandBraces(t *testing.T) {
	tests := []struct{ pattern, want string }{
		{"a", "a"}, {"a{b,c}d", "abd acd"}, {"{a,b{c,d}}", "a bc bd"}, {"{a,b}{c,d}", "ac ad bc bd"},
		{"{a", "{a"}, {"a{b}", "ab"}, {"{[},],b}", "[},] b"}, {`\{a,b}`, `\{a,b}`}, {"a}{b,c}", "a}b a}c"},
	}
	for _, tt := range tests {
		got, err := expandBraces(nil, tt.pattern)
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("%q: got %q, %v, want %q", tt.pattern, got, err, tt.want)
		}
	}
}

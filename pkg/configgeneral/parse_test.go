package configgeneral

import (
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

// M and L shorten the expected trees.
type (
	M = map[string]any
	L = []any
)

func mapFS(files ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

func TestParse(t *testing.T) {
	tests := []struct {
		name string
		text string
		want M
	}{
		{"empty file", "", M{}},
		{"byte order mark", "\ufeffa = 1", M{"a": "1"}},
		{"bytes", "a\x00b = \xff\x00", M{"a\x00b": "\xff\x00"}},
		{"empty key", "= 1", M{"": "1"}},
		{"lone quote", `a = "`, M{"a": ""}},
		{"comment ends continuation", "a = 1 \\\n # b\nc = 2", M{"a": "1", "c": "2"}},
		{"zero is no continuation", "0\\\nb = 1\na \\\nc", M{"b": "1", "0a": "c"}},
		{"here-document within a continuation", "a = 1 \\\nb <<E\nx\nE\n2", M{"a": "1 2", "b": "x"}},
		{"blank here-document end", "a = << \nx\n  \nb = 1", M{"a": "x", "b": "1"}},
		{"empty here-document", "a <<E\nE", M{"a": ""}},
		{"slash in an empty block", "<a/> \n", M{"a/": M{}}},
		{"other closing key", "<a>\n</b>", M{"a": M{}}},
		{"empty block after text", "<x>\n a = 1 <b/>", M{"x": M{"a": "1 <b>"}}},
		{"blank name", "<a >\n</a>", M{"a": M{"": M{}}}},
		{"quoted header", `<"a b"/>` + "\n" + `<"c d" "e f"/>`, M{"a b": M{}, "c d": M{"e f": M{}}}},
		{"block and text", "<a>\n</a>\na = 1", M{"a": L{M{}, "1"}}},
		{"named block over text", "<a>\n b = 1\n</a>\n<a b>\n</a>", M{"a": M{"b": L{"1", M{}}}}},
		{"comment without start", "a */ b = 1", M{"b": "1"}},
		{"comment never closed", "a = 1\n/* b\nc = 2", M{"a": "1"}},
		{"first value", "x = 1\nx = 2\ny = $x", M{"x": L{"1", "2"}, "y": "1"}},
		{"variable in header", "x = 1\n<a$x n${x}/>", M{"x": "1", "a1": M{"n1": M{}}}},
		{"escape from a variable", `x = \\\\` + "\ny = $x", M{"x": `\\`, "y": `\`}},
		{"no variables", `a = $ ${ ${} ${b c} $_ '$d' \$e`, M{"a": `$ ${ ${} ${b c} $_ '$d' $e`}},
		{"two dollars", "x = 1\ny = $$x", M{"x": "1", "y": "$1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, err := Parse("main.conf", mapFS("main.conf", tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := plain(tree); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		text string
		want string
	}{
		{"a = 1\n b <<END\nx\n", `main.conf:2:2: here-document "b" is not closed: add a line with only "END"`},
		{"a = 1\nb = x\\\n", `main.conf:2:6: the file ends where a continuation line must follow: remove the backslash`},
		{"0\\\na = 1\n", `main.conf:1:2: the file ends where a continuation line must follow: remove the backslash`},
		{"0 <<E\nE\n", `main.conf:1:1: a here-document cannot have the key "0"`},
		{"<a <<E\nE\n", `main.conf:1:1: a here-document cannot have a key that begins with "<": "<a"`},
		{"<a>\n <b c>\n", `main.conf:2:2: block "<b c>" is not closed: add "</b>"`},
		{"<0>\n", `main.conf:1:1: block "<0>" is not closed: add "</0>"`},
		{" </a>\n", `main.conf:1:2: "</a>" closes a block, but none is open`},
		{`<a "0">`, `main.conf:1:4: a block cannot have the quoted name "0": write it without quotes`},
		{`<"0" a>`, `main.conf:1:2: a block cannot have the quoted key "0": write it without quotes`},
		{"__stack = 1", `main.conf:1:1: the name "__stack" is reserved: choose another one`},
		{"<a __stack/>", `main.conf:1:4: the name "__stack" is reserved: choose another one`},
		{"a = 1\n<a>\n</a>", `main.conf:2:1: block "<a>" conflicts with the key "a" that is set at main.conf:1:5: rename one of them`},
		{"a\n<a b/>", `main.conf:2:1: block "<a b>" conflicts with the key "a" that is set at main.conf:1:1: rename one of them`},
		{"<a/>\n<a/>\n<a b/>", `main.conf:3:1: named block "<a b>" follows several values of "a", the first at main.conf:1:1: name them all, or none`},
		{"a = 1 \\\n  2 \\\n    x$b", `main.conf:3:6: variable "b" is not defined: set it before its use, in this block or in an enclosing block`},
		{"a <<E\n  x\n  $b\n  E", `main.conf:3:3: variable "b" is not defined: set it before its use, in this block or in an enclosing block`},
		{"a = \"x /* c */ $b\"", `main.conf:1:16: variable "b" is not defined: set it before its use, in this block or in an enclosing block`},
		{"a = 1\nb = $a.conf", `main.conf:2:5: variable "a.conf" is not defined: write ${a} to mark the end of the name`},
		{"a = 1\nb = $a'x'", `main.conf:2:5: variable name "a'x'" is directly followed by a single quote: write \$ for a literal dollar sign, or ${name}`},
		{"a = 1\n<b c/>\n<b c>\n d = $a\n</b>", `main.conf:4:6: variable "a" is not defined here: a named block that occurs again does not see the variables of enclosing blocks`},
		{"\ufeffa = 1\nb = \ufffdé\xff", `main.conf:2:10: the file begins with a UTF-8 byte order mark, but is not UTF-8: remove the mark or convert the file`},
		{strings.Repeat("<a>\n", 1001), `main.conf:1001:1: blocks are nested more than 1000 deep`},
		{"</" + strings.Repeat("a", 200) + ">", `main.conf:1:1: "</` + strings.Repeat("a", 118) + `..." closes a block, but none is open`},
		{"a0 = xxxxxxxxxx\n" + doubling(30), `main.conf:23:52: variables expand to more than 64 MiB`},
	}
	for _, tt := range tests {
		_, err := Parse("main.conf", mapFS("main.conf", tt.text))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%.60q: got %v, want %s", tt.text, err, tt.want)
		}
	}
}

// doubling returns lines whose values double.
func doubling(count int) string {
	var b strings.Builder
	previous := "a0"
	for i := range count {
		name := "a" + strings.Repeat("b", i+1)
		b.WriteString(name + " = ${" + previous + "}${" + previous + "}\n")
		previous = name
	}
	return b.String()
}

func TestPositions(t *testing.T) {
	tree, err := Parse("main.conf", mapFS(
		"main.conf", "a = \"x\"\n <entry>\n  b <<E\n\ty\n\tE\n </entry>\na = \\\n  z\n<<include in.conf>>\n",
		"in.conf", "<n  m/>\nc",
	))
	if err != nil {
		t.Fatal(err)
	}
	entry := tree.Get("entry")
	tests := []struct {
		what string
		pos  Pos
		want string
	}{
		{"quoted value", tree.Get("a").List[0].Pos, "main.conf:1:6"},
		{"block", entry.Pos, "main.conf:2:2"},
		{"key", entry.Entries()[0].Pos, "main.conf:3:3"},
		{"here-document", entry.Get("b").Pos, "main.conf:4:2"},
		{"continuation", tree.Get("a").List[1].Pos, "main.conf:8:3"},
		{"array", tree.Get("a").Pos, "main.conf:1:6"},
		{"name", tree.Get("n").Entries()[0].Pos, "in.conf:1:5"},
		{"key without value", tree.Get("c").Pos, "in.conf:2:1"},
		{"include", *tree.Get("c").Pos.IncludedFrom, "main.conf:9:1"},
	}
	for _, tt := range tests {
		if got := tt.pos.String(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.what, got, tt.want)
		}
	}
	var keys []string
	for _, entry := range tree.Entries() {
		keys = append(keys, entry.Key)
	}
	if got := strings.Join(keys, " "); got != "a entry n c" {
		t.Errorf("keys in the order %q", got)
	}
}

func TestMissingFile(t *testing.T) {
	_, err := Parse("main.conf", mapFS())
	if !errors.Is(err, fs.ErrNotExist) || err.Error() != "main.conf: cannot read: file does not exist" {
		t.Errorf("got %v", err)
	}
}

// TestElements shows how a caller reads a key that may be repeated.
func TestElements(t *testing.T) {
	tree, err := Parse("main.conf", mapFS("main.conf", "a = 1\nb = 1\nb = 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int{"a": 1, "b": 2, "c": 0} {
		if got := len(tree.Get(key).Elements()); got != want {
			t.Errorf("%q has %d elements, want %d", key, got, want)
		}
	}
}

// TestManyKeys looks up entries below and above the size that needs an index.
func TestManyKeys(t *testing.T) {
	var text strings.Builder
	for i := range 3 * fewEntries {
		text.WriteString(strings.Repeat("k", i+1) + " = 1\n")
	}
	tree, err := Parse("main.conf", mapFS("main.conf", text.String()+"k = 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(tree.Entries()); got != 3*fewEntries {
		t.Errorf("%d entries", got)
	}
	if tree.Get("k").Kind != Array || tree.Get("kkk").Text != "1" || tree.Get("x") != nil {
		t.Error("wrong entries found")
	}
}

package configgeneral

import (
	"reflect"
	"strings"
	"testing"
)

func TestDump(t *testing.T) {
	tree, err := Parse("main.conf", mapFS("main.conf", "b = 1\na\n<c>\n</c>\n<d e>\n x = \xff\té\\\"<\n x = \n</d>\nb = ''"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "b": [
    "1",
    "''"
  ],
  "a": null,
  "c": {},
  "d": {
    "e": {
      "x": [
        "\udcff\té\"<",
        ""
      ]
    }
  }
}
`
	if got := string(Dump(tree)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestParseJSON(t *testing.T) {
	tests := []struct {
		text string
		want M
	}{
		{`{}`, M{}},
		{"\ufeff{}\n", M{}},
		{`{"a": 1.50, "b": -1e3, "c": true, "d": false, "e": null, "f": ""}`, M{"a": "1.50", "b": "-1e3", "c": "true", "d": "false", "e": nil, "f": ""}},
		{`{"a": [], "b": [{}], "c": [null, 1]}`, M{"a": L{}, "b": L{M{}}, "c": L{nil, "1"}}},
		{`{"\u00e9\"\\\/\b\f\n\r\t": "\ud83d\ude00"}`, M{"é\"\\/\b\f\n\r\t": "\U0001f600"}},
		{`{"a": "\udcff\udc80", "b": "\ud800\ud83d\ude00x", "c": "\udc00"}`, M{"a": "\xff\x80", "b": "\ufffd\U0001f600x", "c": "\ufffd"}},
		{`{"a": "$b"}`, M{"a": "$b"}},
		{"{\"\xff\": \"\xc3\"}", M{"\xff": "\xc3"}},
	}
	for _, tt := range tests {
		tree, err := ParseJSON("a.json", []byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if got := plain(tree); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestParseJSONErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", `a.json:1:1: not valid JSON: unexpected end of JSON input`},
		{"{\n \"a\": 1", `a.json:2:7: not valid JSON: unexpected end of JSON input`},
		{"[]", `a.json:1:1: found "[" where the object of the configuration must begin`},
		{"{}\n {}", `a.json:2:2: not valid JSON: invalid character '{' after top-level value`},
		{"{\"a\":\n  [1, [2]]}", `a.json:2:7: an array cannot hold an array`},
		{"{\"a\": 1,\n \"a\": 2}", `a.json:2:2: key "a" occurs twice, first at a.json:1:2: use an array`},
		{"{\n \"a\" 1}", `a.json:2:6: not valid JSON: invalid character '1' after object key`},
		{"{\"a\":\n nul}", `a.json:2:5: not valid JSON: invalid character '}' in literal null (expecting 'l')`},
		{`{"a": "\ud83"}`, `a.json:1:13: not valid JSON: invalid character '"' in \u hexadecimal character escape`},
		{strings.Repeat(`{"a":`, 3002) + "1" + strings.Repeat("}", 3002), `a.json:1:15006: objects and arrays are nested more than 3001 deep`},
	}
	for _, tt := range tests {
		_, err := ParseJSON("a.json", []byte(tt.text))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%.40q: got %v, want %s", tt.text, err, tt.want)
		}
	}
}

func TestParseJSONPositions(t *testing.T) {
	tree, err := ParseJSON("a.json", []byte("{\n  \"a\": [1,\n   {\"b\": true}]\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	array := tree.Get("a")
	tests := []struct {
		what string
		pos  Pos
		want string
	}{
		{"object", tree.Pos, "a.json:1:1"},
		{"key", tree.Entries()[0].Pos, "a.json:2:3"},
		{"array", array.Pos, "a.json:2:8"},
		{"number", array.List[0].Pos, "a.json:2:9"},
		{"inner object", array.List[1].Pos, "a.json:3:4"},
		{"boolean", array.List[1].Get("b").Pos, "a.json:3:10"},
	}
	for _, tt := range tests {
		if got := tt.pos.String(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.what, got, tt.want)
		}
	}
}

// TestDumpDeep tests the promise of maxJSONDepth: a named and repeated block has three
// levels.
func TestDumpDeep(t *testing.T) {
	text := strings.Repeat("<a b/>\n<a b>\n", maxBlockDepth-1) + "<a b/>\n<a b/>\n" + strings.Repeat("</a>\n", maxBlockDepth-1)
	tree, err := Parse("main.conf", mapFS("main.conf", text))
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseJSON("main.json", Dump(tree))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(withoutPositions(again), withoutPositions(tree)) {
		t.Error("the tree changed")
	}
}

package configgeneral

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/fstest"
)

// FuzzParse: no input makes the parser panic, and every tree survives Dump and ParseJSON.
func FuzzParse(f *testing.F) {
	seeds, err := filepath.Glob("testdata/conformance/*.conf")
	if err != nil || len(seeds) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, seed := range seeds {
		data, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, text := range []string{
		"\ufeffa = \xff", "a = \x00\x80é", "<<include {a,b}[!c]*\\d>>", "<<include main.conf>>", "<<include part.inc>>",
		"<a b>\n</a>\n<a b>\n</a>", "<a \"b c\"/>", "a <<E\n b\n\tE", "/* a\n*/ b = '$c' $d ${e}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := Parse("main.conf", fstest.MapFS{
			"main.conf": {Data: data},
			"part.inc":  {Data: []byte("<part>\n a = 1\n</part>\n")},
		})
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Fatalf("%v is no *Error, but %T", err, err)
			}
			return
		}
		dump := Dump(tree)
		again, err := ParseJSON("main.json", dump)
		if err != nil {
			t.Fatalf("%v in\n%s", err, dump)
		}
		if !reflect.DeepEqual(withoutPositions(again), withoutPositions(tree)) {
			t.Fatalf("tree changed: %q became %q", plain(tree), plain(again))
		}
	})
}

// FuzzParseJSON: every accepted input survives Dump.
func FuzzParseJSON(f *testing.F) {
	for _, text := range []string{
		`{"a": ["b", null, {"c": 1.5e3, "d": true}]}`, `{"\ud83d\ude00\udcff\ud800": "\b\f\n\r\t\/\""}`,
		`{"a": "\udcc3\udca9"}`, `[]`, `{"a": 1} x`, "{\"\xff\": \"\xc3\"}", `{"a" "b"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := ParseJSON("a.json", data)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Fatalf("%v is no *Error, but %T", err, err)
			}
			return
		}
		again, err := ParseJSON("b.json", Dump(tree))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(withoutPositions(again), withoutPositions(tree)) {
			t.Fatalf("tree changed: %q became %q", plain(tree), plain(again))
		}
	})
}

// withoutPositions returns the parts of a tree that must be equal, including the order of
// keys.
func withoutPositions(v *Value) any {
	switch v.Kind {
	case Array:
		list := []any{Array}
		for _, element := range v.List {
			list = append(list, withoutPositions(element))
		}
		return list
	case Map:
		list := []any{Map}
		for _, entry := range v.Entries() {
			list = append(list, entry.Key, withoutPositions(entry.Value))
		}
		return list
	}
	return [2]any{v.Kind, v.Text}
}

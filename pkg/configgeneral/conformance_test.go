package configgeneral

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// plain converts a tree to what encoding/json decodes from its JSON.
func plain(v *Value) any {
	switch v.Kind {
	case Scalar:
		return v.Text
	case Array:
		list := make([]any, len(v.List))
		for i, element := range v.List {
			list[i] = plain(element)
		}
		return list
	case Map:
		m := make(map[string]any)
		for _, entry := range v.Entries() {
			m[entry.Key] = plain(entry.Value)
		}
		return m
	}
	return nil
}

// refusals has the positions at which files that the original rejects are rejected here.
var refusals = map[string]string{
	"include-missing":            "include-missing.conf:1:1: cannot include",
	"stray-close":                "stray-close.conf:2:1: ",
	"unclosed-block":             "unclosed-block.conf:1:1: ",
	"var-sibling-scope":          "var-sibling-scope.conf:5:6: ",
	"var-undefined":              "var-undefined.conf:4:10: ",
	"var-used-before-definition": "var-used-before-definition.conf:2:10: ",
}

// TestConformance compares the results with those of Config::General.
func TestConformance(t *testing.T) {
	t.Chdir(filepath.Join("testdata", "conformance"))
	files, err := filepath.Glob("*.conf")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".conf")
		t.Run(name, func(t *testing.T) {
			tree, err := Parse(file, OSFiles{})
			want, readErr := os.ReadFile(name + ".json")
			if errors.Is(readErr, os.ErrNotExist) {
				if err == nil || refusals[name] == "" || !strings.HasPrefix(err.Error(), refusals[name]) {
					t.Fatalf("got error %v, want %q", err, refusals[name])
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var wanted any
			if err := json.Unmarshal(want, &wanted); err != nil {
				t.Fatal(err)
			}
			if got := plain(tree); !reflect.DeepEqual(got, wanted) {
				t.Errorf("got %v\nwant %v", got, wanted)
			}
		})
	}
}

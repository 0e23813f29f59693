package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func formatPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("svctl.conf.5")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestManualHasAllKeys compares svctl.conf(5) with the keys that package servicedef
// accepts. The list is not exported, so the test reads the source.
func TestManualHasAllKeys(t *testing.T) {
	t.Parallel()
	page := formatPage(t)
	keys := acceptedKeys(t)
	for variable, heading := range map[string]string{
		"serviceKeys": "SERVICES", "groupKeys": "GROUPS", "settingKeys": "SETTINGS",
	} {
		if len(keys[variable]) == 0 {
			t.Errorf("package servicedef has no %s", variable)
		}
		// Subsections do not explain keys.
		list, _, _ := strings.Cut(section(t, page, heading), "\n.SS ")
		got, want := tags(list), keys[variable]
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("section %s of svctl.conf(5) explains\n%q, accepted are\n%q", heading, got, want)
		}
	}
	for _, key := range keys["topKeys"] {
		if !strings.Contains(section(t, page, "DESCRIPTION"), "\n.B "+key+"\n") {
			t.Errorf("svctl.conf(5) does not explain block %q at the top", key)
		}
	}
}

// acceptedKeys returns the lists of strings in the source of servicedef.
func acceptedKeys(t *testing.T) map[string][]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../pkg/servicedef/keys.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	lists := make(map[string][]string)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if list, ok := spec.Values[0].(*ast.CompositeLit); ok {
			for _, element := range list.Elts {
				if literal, ok := element.(*ast.BasicLit); ok {
					text, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					lists[spec.Names[0].Name] = append(lists[spec.Names[0].Name], text)
				}
			}
		}
		return true
	})
	return lists
}

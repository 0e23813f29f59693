package architecture

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Packages below the first directory may not import packages below the others.
var forbidden = map[string][]string{
	"pkg":      {"cmd", "internal", "integration"}, // a stranger could use it alone
	"internal": {"cmd", "integration"},
	"cmd":      {"cmd", "integration"},
}

func TestImports(t *testing.T) {
	t.Parallel()
	each(t, func(s *source) {
		for _, imported := range s.imports() {
			dir, ours := strings.CutPrefix(imported, module+"/")
			if !ours {
				continue
			}
			for from, targets := range forbidden {
				for _, target := range targets {
					if within(s.dir(), from) && within(dir, target) {
						t.Errorf("%s imports %s: what is in %s must not import what is in %s", s.name, imported, from, target)
					}
				}
			}
		}
	})
}

// The compiler does not refuse all cycles: two packages may import each other in their
// tests.
func TestNoImportCircles(t *testing.T) {
	t.Parallel()
	edges := make(map[string]map[string]bool)
	each(t, func(s *source) {
		for _, imported := range s.imports() {
			if dir, ours := strings.CutPrefix(imported, module+"/"); ours && dir != s.dir() {
				if edges[s.dir()] == nil {
					edges[s.dir()] = make(map[string]bool)
				}
				edges[s.dir()][dir] = true
			}
		}
	})
	done := make(map[string]bool)
	var visit func(dir string, path []string)
	visit = func(dir string, path []string) {
		if i := slices.Index(path, dir); i >= 0 {
			t.Errorf("packages import each other in a circle: %s", strings.Join(append(path[i:], dir), " → "))
			return
		}
		if done[dir] {
			return
		}
		path = append(path, dir)
		for _, next := range slices.Sorted(maps.Keys(edges[dir])) {
			visit(next, slices.Clone(path))
		}
		done[dir] = true
	}
	for _, dir := range slices.Sorted(maps.Keys(edges)) {
		visit(dir, nil)
	}
}

// Each direct dependency has its reason in docs/dependencies.md, and is in use.
func TestDependencies(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	reasons, err := os.ReadFile(filepath.Join(root, "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	used := make(map[string]bool)
	each(t, func(s *source) {
		for _, imported := range s.imports() {
			used[imported] = true
		}
	})
	direct := directRequirements(string(text))
	if len(direct) == 0 {
		t.Fatal("go.mod requires nothing")
	}
	for _, dependency := range direct {
		name := strings.TrimPrefix(dependency, "github.com/")
		if !strings.Contains(string(reasons), name) {
			t.Errorf("docs/dependencies.md does not say why %s", dependency)
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(used)), func(path string) bool { return within(path, dependency) }) {
			t.Errorf("%s is required and not imported", dependency)
		}
	}
}

// directRequirements returns the modules in the require lines of a go.mod file that are
// not marked as indirect.
func directRequirements(text string) (direct []string) {
	block := false
	for line := range strings.Lines(text) {
		line, required := strings.CutPrefix(strings.TrimSpace(line), "require ")
		switch {
		case required && line == "(":
			block = true
			continue
		case line == ")":
			block = false
		}
		words := strings.Fields(line)
		if (required || block) && len(words) >= 2 && !strings.Contains(line, "// indirect") {
			direct = append(direct, words[0])
		}
	}
	return direct
}

func TestDirectRequirements(t *testing.T) {
	t.Parallel()
	got := directRequirements("module x\n\nrequire a.b/c v1\nrequire (\n\td.e/f v2\n\tg.h/i v3 // indirect\n)\n\nreplace j => k v4\n")
	if !slices.Equal(got, []string{"a.b/c", "d.e/f"}) {
		t.Errorf("%q", got)
	}
}

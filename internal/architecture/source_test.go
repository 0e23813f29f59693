package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// root is the directory of the module, module its path.
const (
	root   = "../.."
	module = "github.com/svloop/svloop"
)

// source is one Go file of the module.
type source struct {
	name  string // relative to the root, with slashes
	lines int
	*ast.File
	set *token.FileSet
}

func (s *source) dir() string { return path.Dir(s.name) }
func (s *source) test() bool  { return strings.HasSuffix(s.name, "_test.go") }
func (s *source) linux() bool {
	return strings.HasSuffix(strings.TrimSuffix(s.name, "_test.go"), "_linux.go")
}
func (s *source) base() string { return path.Base(s.name) }

func (s *source) at(n ast.Node) string {
	return s.name + ":" + strconv.Itoa(s.set.Position(n.Pos()).Line)
}

// imports returns the paths that the file imports.
func (s *source) imports() (paths []string) {
	for _, spec := range s.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}

// calls yields every call of a function of an imported package, with the path of the
// package and the name of the function.
func (s *source) calls(yield func(call *ast.CallExpr, pkg, name string)) {
	packages := make(map[string]string)
	for _, spec := range s.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		packages[name] = imported
	}
	ast.Inspect(s.File, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); ok {
			if x, ok := f.X.(*ast.Ident); ok && packages[x.Name] != "" {
				yield(call, packages[x.Name], f.Sel.Name)
			}
		}
		return true
	})
}

// sources returns all Go files of the module. They are read once.
var sources = sync.OnceValues(func() (all []*source, err error) {
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() && name != root && (base == "testdata" || strings.HasPrefix(base, ".")) {
			return fs.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(base, ".go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		s := &source{name: filepath.ToSlash(rel), lines: strings.Count(string(text), "\n"), set: token.NewFileSet()}
		s.File, err = parser.ParseFile(s.set, name, text, parser.ParseComments)
		all = append(all, s)
		return err
	})
	return all, err
})

// each runs a check on every Go file.
func each(t *testing.T, check func(s *source)) {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("only %d files were found", len(all))
	}
	for _, s := range all {
		check(s)
	}
}

// within reports whether a directory is the other or below it.
func within(dir, above string) bool { return dir == above || strings.HasPrefix(dir, above+"/") }

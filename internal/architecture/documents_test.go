package architecture

import (
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// overview is the page that lists the packages and shows the walks.
const overview = "docs/architecture.md"

// walks returns the drawings that follow a command from main down, by the place where
// each is: in the overview, and in comments on packages.
func walks(t *testing.T) map[string]string {
	t.Helper()
	all := make(map[string]string)
	text, err := os.ReadFile(filepath.Join(root, overview))
	if err != nil {
		t.Fatal(err)
	}
	for i, block := range strings.Split(string(text), "```") {
		if i%2 == 1 && strings.Contains(block, "main ─") {
			all[overview] += block
		}
	}
	each(t, func(s *source) {
		if s.Doc != nil && (strings.Contains(s.Doc.Text(), "main ─") || strings.Contains(s.Doc.Text(), "Run ─┬")) {
			all[s.name] = s.Doc.Text()
		}
	})
	return all
}

// declared returns the names that the module declares: functions, methods, types,
// variables, "package.Name" and "Type.method".
func declared(t *testing.T) map[string]bool {
	t.Helper()
	names := make(map[string]bool)
	each(t, func(s *source) {
		if s.test() {
			return
		}
		add := func(name string) { names[name], names[s.Name.Name+"."+name] = true, true }
		for _, d := range s.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				add(d.Name.Name)
				if d.Recv != nil {
					add(receiver(d) + "." + d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						add(spec.Name.Name)
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							add(name.Name)
						}
					}
				}
			}
		}
	})
	return names
}

// receiver returns the name of the type of a method.
func receiver(f *ast.FuncDecl) string {
	e := f.Recv.List[0].Type
	if pointer, ok := e.(*ast.StarExpr); ok {
		e = pointer.X
	}
	if name, ok := e.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

var (
	hop       = regexp.MustCompile(`(?:[├└┬]─|\w ─) (\w+)(?:[ ,:]|$)`)
	qualified = regexp.MustCompile(`\b[A-Za-z]\w*\.[A-Za-z]\w*`)
	file      = regexp.MustCompile(`\.(go|conf|md)$`)
)

// notFunctions are the words in the place of a hop that are no functions of ours.
var notFunctions = []string{
	"prog", "fork", "exec", "open", // the program, and system calls
	"daemon", "control", "neither", // kinds of services
}

// Walks name functions that exist, so that a reader can follow them.
func TestWalksNameFunctions(t *testing.T) {
	t.Parallel()
	names := declared(t)
	all := walks(t)
	for _, place := range []string{overview, "cmd/svloop/main.go", "cmd/svctl/main.go", "internal/instance/instance.go"} {
		if all[place] == "" {
			t.Errorf("%s has no walk", place)
		}
	}
	for place, walk := range all {
		for line := range strings.Lines(walk) {
			for _, match := range hop.FindAllStringSubmatch(line, -1) {
				if name := match[1]; !names[name] && !slices.Contains(notFunctions, name) {
					t.Errorf("%s: no function has the name %q: %s", place, name, strings.TrimSpace(line))
				}
			}
		}
		for _, name := range qualified.FindAllString(walk, -1) {
			if !names[name] && !file.MatchString(name) {
				t.Errorf("%s: there is no %s", place, name)
			}
		}
	}
}

// The overview lists every package.
func TestOverviewListsPackages(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, overview))
	if err != nil {
		t.Fatal(err)
	}
	list, _, _ := strings.Cut(string(text), "## svloop --daemon")
	each(t, func(s *source) {
		dir := s.dir()
		if within(dir, "integration") {
			return
		}
		if !regexp.MustCompile(`(?m)^` + dir + `\s`).MatchString(list) {
			// A package below another is in the description of that.
			above := regexp.MustCompile(`(?m)^` + path.Dir(dir) + `\s.*\n(?:\s+.*\n)*`).FindString(list)
			if !regexp.MustCompile(`\b` + path.Base(dir) + `\b`).MatchString(above) {
				t.Errorf("%s does not list %s", overview, dir)
			}
		}
	})
}

// A term has one meaning, so the overview explains it once.
func TestTermsAreExplainedOnce(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, overview))
	if err != nil {
		t.Fatal(err)
	}
	_, terms, _ := strings.Cut(string(text), "\n## Terms\n")
	count := make(map[string]int)
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+) \|`).FindAllStringSubmatch(terms, -1) {
		if count[row[1]]++; count[row[1]] == 2 && row[1] != "term" {
			t.Errorf("%s explains %q twice", overview, row[1])
		}
	}
	if len(count) < 10 {
		t.Errorf("%s explains only %d terms", overview, len(count))
	}
}

var ourPath = regexp.MustCompile(`\b(?:cmd|pkg|internal|integration|packaging|docs)/[\w./-]*\w`)

// The paths that documents and comments name exist.
func TestNamedPathsExist(t *testing.T) {
	t.Parallel()
	check := func(at, text string) {
		for _, name := range ourPath.FindAllString(text, -1) {
			if _, err := os.Stat(filepath.Join(root, name)); err != nil {
				t.Errorf("%s names %s, which does not exist", at, name)
			}
		}
	}
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no page was found: %v", err)
	}
	for _, page := range append(pages, filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md")) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		check(page, string(text))
	}
	each(t, func(s *source) {
		for _, group := range s.Comments {
			check(s.at(group), group.Text())
		}
	})
}

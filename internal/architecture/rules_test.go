package architecture

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"
)

// System calls have their own files. These functions of the two packages make no system
// call: they convert a value or look up a name.
var noSystemCalls = []string{"Signal", "Errno", "WaitStatus", "SignalNum", "SignalName"}

// Files that make a system call without a reason for a file of its own.
var systemCallsAllowed = map[string][]string{
	"internal/output/sink.go": {"SetNonblock"}, // of a pipe that the line above creates
}

func TestSystemCallsStandInLinuxFiles(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	each(t, func(s *source) {
		if s.test() || s.linux() || within(s.dir(), "integration") {
			return
		}
		s.calls(func(call *ast.CallExpr, pkg, name string) {
			if pkg != "syscall" && pkg != "golang.org/x/sys/unix" || slices.Contains(noSystemCalls, name) {
				return
			}
			names, allowed := systemCallsAllowed[s.name]
			seen[s.name] = true
			if !allowed || !slices.Contains(names, name) {
				t.Errorf("%s: the system call %s belongs into a file *_linux.go", s.at(call), name)
			}
		})
	})
	wantUsed(t, "systemCallsAllowed", systemCallsAllowed, seen)
}

// The allowed calls of time.Sleep in tests, with the reasons.
var sleepAllowed = map[string]string{
	"integration/commands_test.go": "the poll of the script command waitfor",
	"integration/host_test.go":     "the same for tests that are no scripts",

	"integration/examples_test.go":                "the same for what the demo leaves",
	"integration/svctl_lsb_test.go":               "the same for the states of a service",
	"integration/svctl_supervise_torture_test.go": "random pauses between kills",
	"integration/simplevisor_driver_test.go":      "polls until an event",
	"integration/documents_test.go":               "the same for what a document prints",
	"internal/reaper/main_test.go":                "the same for what nothing announces",
	"internal/control/table_test.go":              "the same for the trap of a shell",

	"internal/instance/events_test.go":   "in a bubble of synctest",
	"internal/instance/loop_test.go":     "in a bubble of synctest",
	"internal/ordering/ordering_test.go": "in a bubble of synctest",
	"pkg/proctree/stop_test.go":          "in a bubble of synctest",
	"internal/supervisor/slots_test.go":  "in a bubble of synctest",
	"cmd/svctl/watch_loop_test.go":       "in a bubble of synctest",
	"pkg/daemonize/main_test.go":         "a daemon that hangs",
	"pkg/pidfile/status_test.go":         "start times are rounded to 10 ms",
}

func TestNoSleepInTests(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	each(t, func(s *source) {
		if !s.test() {
			return
		}
		waits := statementReceives(s)
		s.calls(func(call *ast.CallExpr, pkg, name string) {
			if pkg != "time" || name != "Sleep" && !(name == "After" && waits[call]) {
				return
			}
			seen[s.name] = true
			if sleepAllowed[s.name] == "" {
				t.Errorf("%s: a test waits for an event, it does not sleep", s.at(call))
			}
		})
	})
	wantUsed(t, "sleepAllowed", sleepAllowed, seen)
}

// statementReceives returns the calls in statements of the form "<-f()". With
// [time.After] such a statement is a sleep; in a select it is a timeout.
func statementReceives(s *source) map[ast.Expr]bool {
	found := make(map[ast.Expr]bool)
	ast.Inspect(s.File, func(n ast.Node) bool {
		block, _ := n.(*ast.BlockStmt)
		if block == nil {
			return true
		}
		for _, statement := range block.List {
			if e, ok := statement.(*ast.ExprStmt); ok {
				if receive, ok := e.X.(*ast.UnaryExpr); ok && receive.Op == token.ARROW {
					found[receive.X] = true
				}
			}
		}
		return true
	})
	return found
}

// wantUsed reports exceptions that are no longer needed.
func wantUsed[V any](t *testing.T, list string, allowed map[string]V, seen map[string]bool) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(allowed)) {
		if !seen[name] {
			t.Errorf("%s has %s, which needs no exception", list, name)
		}
	}
}

// A function that exits the process skips the deferred calls, which remove what svloop
// leaves.
func TestExitStandsInMain(t *testing.T) {
	t.Parallel()
	ends := map[string][]string{
		"os":                    {"Exit"},
		"log":                   {"Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"},
		"syscall":               {"Exit"},
		"golang.org/x/sys/unix": {"Exit"},
	}
	inMain := make(map[string]int)
	each(t, func(s *source) {
		s.calls(func(call *ast.CallExpr, pkg, name string) {
			if !slices.Contains(ends[pkg], name) {
				return
			}
			switch {
			case s.base() == "main_test.go", s.base() == "example_test.go", s.name == "integration/program/main.go":
			case s.base() == "main.go":
				inMain[s.name]++
			default:
				t.Errorf("%s: %s.%s belongs into main.go", s.at(call), pkg, name)
			}
		})
	})
	for name, n := range inMain {
		if n != 1 {
			t.Errorf("%s ends the process in %d places", name, n)
		}
	}
}

func TestPackageComments(t *testing.T) {
	t.Parallel()
	comments := make(map[string][]string)
	each(t, func(s *source) {
		if s.test() {
			if s.Doc != nil {
				t.Errorf("%s: the package comment is in a test file", s.name)
			}
			return
		}
		if comments[s.dir()] == nil {
			comments[s.dir()] = []string{}
		}
		if s.Doc == nil {
			return
		}
		comments[s.dir()] = append(comments[s.dir()], s.name)
		begin := "Package " + s.File.Name.Name + " "
		if s.File.Name.Name == "main" {
			base := s.dir()[strings.LastIndexByte(s.dir(), '/')+1:]
			begin = strings.ToUpper(base[:1]) + base[1:] + " "
		}
		if !strings.HasPrefix(s.Doc.Text(), begin) {
			t.Errorf("%s: the comment on the package does not begin with %q", s.name, begin)
		}
	})
	for _, dir := range slices.Sorted(maps.Keys(comments)) {
		if found := comments[dir]; len(found) != 1 {
			t.Errorf("%s has %d comments on the package, want 1: %q", dir, len(found), found)
		}
	}
}

// Packages of pkg are for other programs: they promise compatibility, and packages that
// need Linux have a build constraint, so that other systems print a clear message.
func TestPublicPackages(t *testing.T) {
	t.Parallel()
	linux := make(map[string]bool)
	promise := make(map[string]bool)
	each(t, func(s *source) {
		if within(s.dir(), "pkg") {
			linux[s.dir()] = linux[s.dir()] || s.linux()
			promise[s.dir()] = promise[s.dir()] || s.Doc != nil && strings.Contains(s.Doc.Text(), "# Compatibility")
		}
	})
	for dir, found := range promise {
		if !found {
			t.Errorf("the comment on %s has no section Compatibility", dir)
		}
	}
	each(t, func(s *source) {
		if !linux[s.dir()] || s.linux() {
			return
		}
		if text := s.Comments; len(text) == 0 || text[0].List[0].Text != "//go:build linux" {
			t.Errorf("%s: the first line is not //go:build linux", s.name)
		}
	})
}

// The functions of pidfile accept only proven instances. internal/pidfiles defines the
// instances of svloop and svctl, and all callers must use it.
func TestInstancesOfSvloop(t *testing.T) {
	t.Parallel()
	zero := []string{"Claim", "Probe", "RequestQuit", "Kill"}
	each(t, func(s *source) {
		if s.test() || !within(s.dir(), "cmd") && !within(s.dir(), "internal") {
			return
		}
		s.calls(func(call *ast.CallExpr, pkg, name string) {
			if pkg == module+"/pkg/pidfile" && slices.Contains(zero, name) {
				t.Errorf("%s: use pidfiles.Svloop.%s", s.at(call), name)
			}
		})
	})
}

// longest is the maximum number of lines of a file that is not a test.
const longest = 400

func TestFileLength(t *testing.T) {
	t.Parallel()
	each(t, func(s *source) {
		if !s.test() && s.lines > longest {
			t.Errorf("%s has %d lines, want %d at most", s.name, s.lines, longest)
		}
	})
}

// The name of a package describes its contents.
func TestNames(t *testing.T) {
	t.Parallel()
	empty := []string{"util", "utils", "common", "helper", "helpers", "misc", "types", "base", "shared"}
	each(t, func(s *source) {
		name := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(s.base(), ".go"), "_test"), "_linux")
		for part := range strings.SplitSeq(s.dir()+"/"+name, "/") {
			if slices.Contains(empty, part) {
				t.Errorf("%s: the name %q says nothing", s.name, part)
			}
		}
	})
}

func TestNothingIsLeftToDo(t *testing.T) {
	t.Parallel()
	marks := []string{"TO" + "DO", "FIX" + "ME", "X" + "XX"}
	each(t, func(s *source) {
		for _, group := range s.Comments {
			for _, comment := range group.List {
				for _, mark := range marks {
					if strings.Contains(comment.Text, mark) {
						t.Errorf("%s: a comment has the mark %s", s.at(comment), mark)
					}
				}
			}
		}
	})
}

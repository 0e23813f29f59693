package control

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/svloop/svloop/internal/reexec"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/pkg/servicedef"
)

// The test binary is executed again to run commands, as svctl is.
func TestMain(m *testing.M) {
	if code, played := reexec.Play(os.Args, runner.Roles...); played {
		os.Exit(code)
	}
	// With -race every process sleeps for a second at its exit by default.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	os.Exit(m.Run())
}

// fake is a program that controls an imaginary service. It records its calls, and uses
// only shell builtins, so that any PATH works.
//
// The file state holds the exit statuses of "status", in order; the last is repeated.
const fake = `#!/bin/sh
dir=%s
for action; do :; done
echo "${0##*/}${1:+ }$*" >>"$dir/calls"
echo "PATH=$PATH MARK=$MARK PWD=$PWD" >>"$dir/surroundings"
become() { echo "$*" >"$dir/state"; }
case $action in
status|--status)
	read -r state rest <"$dir/state"
	[ -z "$rest" ] || echo "$rest" >"$dir/state"
	[ "$state" != hang ] || sleep 1000
	exit "$state" ;;
stop|--quit)
	%s ;;
restart)
	%s ;;
*)
	%s ;;
esac
`

// behaviour holds the shell code for the actions of a fake program; empty code succeeds.
type behaviour struct{ start, stop, restart string }

// driven is a service that a fake program controls.
type driven struct {
	t          *testing.T
	dir        string
	program    string
	log        recorder
	controller *Controller
}

func newDriven(t *testing.T, state string, b behaviour) *driven {
	t.Helper()
	d := &driven{t: t, dir: t.TempDir()}
	or := func(script, otherwise string) string {
		if script == "" {
			return otherwise
		}
		return script
	}
	d.program = d.write("fake", fmt.Sprintf(fake, d.dir, or(b.stop, "become 3"), or(b.restart, "become 0"), or(b.start, "become 0")), 0o755)
	d.write("state", state+"\n", 0o644)
	d.controller = d.newController()
	return d
}

// newController returns a controller with an empty cache.
func (d *driven) newController() *Controller {
	return &Controller{Svloop: d.program, Env: []string{"MARK=x y", "PATH=" + os.Getenv("PATH")}, Log: &d.log}
}

// write writes a file. A child that is forked meanwhile must not inherit
// the open file: execve(2) would fail with ETXTBSY.
func (d *driven) write(name, text string, mode os.FileMode) string {
	d.t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	path := filepath.Join(d.dir, name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		d.t.Fatal(err)
	}
	return path
}

// service parses the keys of a service. FAKE stands for the program and DIR for its
// directory.
func (d *driven) service(keys string) *servicedef.Service {
	d.t.Helper()
	keys = strings.NewReplacer("FAKE", d.program, "DIR", d.dir).Replace(keys)
	text := "<entry>\ntype = service\nname = s\n" + keys + "\n</entry>\n"
	c, err := servicedef.Load("a.conf", servicedef.Apache, fstest.MapFS{"a.conf": {Data: []byte(text)}})
	if err != nil {
		d.t.Fatal(err)
	}
	return c.Services()[0]
}

// calls returns the words of the calls of the program so far, and clears them.
func (d *driven) calls() string { return d.take("calls") }

func (d *driven) take(name string) string {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		d.t.Fatal(err)
	}
	_ = os.Remove(path)
	return strings.ReplaceAll(strings.TrimSuffix(string(text), "\n"), "\n", ", ")
}

// act calls a method of the controller, and fails the test if it does not return.
func (d *driven) act(action func(context.Context, *servicedef.Service) Outcome, s *servicedef.Service) Outcome {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	o := action(ctx, s)
	if ctx.Err() != nil {
		d.t.Fatalf("it does not come back by itself: %+v", o)
	}
	return o
}

// recorder is a log that a test can read.
type recorder struct {
	mu  sync.Mutex
	all []string
}

func (r *recorder) add(level, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, level+fmt.Sprintf(format, args...))
}

func (r *recorder) Debug(format string, args ...any) { r.add("debug: ", format, args...) }
func (r *recorder) Info(format string, args ...any)  { r.add("info: ", format, args...) }
func (r *recorder) Warn(format string, args ...any)  { r.add("warning: ", format, args...) }

// lines returns the messages of a level, without the directory.
func (d *driven) lines(level string) []string {
	d.log.mu.Lock()
	defer d.log.mu.Unlock()
	var found []string
	for _, line := range d.log.all {
		if text, ok := strings.CutPrefix(line, level+": "); ok {
			found = append(found, strings.ReplaceAll(text, d.dir+"/", ""))
		}
	}
	return found
}

package integration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// recorder is the program of the services: it keeps the state of a service in the file
// st.NAME, and writes each call into the file log.
const recorder = `#!/bin/sh
d=${0%/*} n=$1 v=$2
echo "$n $v" >>"$d/log"
if [ -f "$d/rc.$n.$v" ]; then read -r r <"$d/rc.$n.$v"; exit "$r"; fi
case $v in
start) [ -f "$d/flap.$n" ] || : >"$d/st.$n" ;;
stop) rm -f "$d/st.$n" "$d/rc.$n.status" ;;
status) [ -e "$d/st.$n" ] || exit 3 ;;
restart) : >"$d/st.$n" ;;
esac
`

// scenario drives one supervisor, and compares what it does with what simplevisor did.
// $SIMPLEVISOR may name another program to be compared, such as the original.
type scenario struct {
	*testing.T
	name     string
	dir      string
	first    string // the service that is asked first in a cycle
	interval int
	expected []observation
	seen     int // lines of the log that were compared
	fg       *exec.Cmd
	fgText   *os.File
	pids     []int
}

func newScenario(t *testing.T, name string, expected []observation) *scenario {
	s := &scenario{T: t, name: name, dir: t.TempDir(), first: "a", interval: 1, expected: expected}
	check(t, os.WriteFile(s.path("svc"), []byte(recorder), 0o755))
	check(t, os.Symlink(cmp.Or(os.Getenv("SIMPLEVISOR"), filepath.Join(bin, "svctl")), s.path("simplevisor")))
	t.Cleanup(func() { // only processes of this scenario
		for _, pid := range s.pids {
			h, err := proctree.Open(pid)
			if err != nil {
				continue
			}
			args, _ := proctree.Args(pid)
			if strings.Contains(strings.Join(args, " "), s.dir) {
				_ = h.Signal(syscall.SIGKILL)
			}
			h.Close()
		}
	})
	return s
}

func (s *scenario) path(name string) string { return filepath.Join(s.dir, name) }

func (s *scenario) write(name, text string) {
	s.Helper()
	check(s.T, os.WriteFile(s.path(name), []byte(text), 0o644))
}

func (s *scenario) remove(name string) {
	s.Helper()
	check(s.T, os.Remove(s.path(name)))
}

// conf writes the configuration, in which @ is the directory.
func (s *scenario) conf(text string) {
	s.Helper()
	s.write("conf", strings.ReplaceAll(text, "@", s.dir))
}

// next returns the observation of the next step.
func (s *scenario) next(do string) observation {
	s.Helper()
	if len(s.expected) == 0 || s.expected[0]["do"] != do {
		s.Fatalf("step %q is not recorded: %v", do, s.expected)
	}
	o := s.expected[0]
	s.expected = s.expected[1:]
	return o
}

// log returns the calls of the services, with or without the status commands.
func (s *scenario) log(status bool) []string {
	text, _ := os.ReadFile(s.path("log"))
	lines := strings.Split(string(text), "\n")
	return slices.DeleteFunc(lines[:len(lines)-1], func(line string) bool { return !status && strings.HasSuffix(line, " status") })
}

func (s *scenario) count(line string) (n int) {
	for _, l := range s.log(true) {
		if l == line {
			n++
		}
	}
	return n
}

// ran waits for as many calls as are recorded, and compares them. A call too many is
// found in a later step.
func (s *scenario) ran(o observation) {
	s.Helper()
	for _, key := range []string{"ran", "ran_sorted"} {
		want, found := o[key].([]any)
		if !found {
			continue
		}
		s.await(fmt.Sprintf("%v: %d calls", o["do"], len(want)), func() bool { return len(s.log(false))-s.seen >= len(want) })
		got := s.log(false)[s.seen:]
		s.seen += len(got)
		if key == "ran_sorted" {
			slices.Sort(got)
		}
		s.compare(o, key, append([]string{}, got...))
	}
}

// await waits for an event that must come.
func (s *scenario) await(what string, happened func() bool) {
	s.Helper()
	for deadline := time.Now().Add(patience); !happened(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(s.path("log"))
			s.Fatalf("%s did not come; the calls were\n%s", what, log)
		}
	}
}

// up compares the services that run, when they do.
func (s *scenario) up(o observation) {
	s.Helper()
	want, found := o["up"].([]any)
	if !found {
		return
	}
	now := func() (up []string) {
		files, err := filepath.Glob(s.path("st.*"))
		check(s.T, err)
		for _, f := range files {
			up = append(up, strings.TrimPrefix(filepath.Base(f), "st."))
		}
		return up
	}
	if better[s.name+": "+o["do"].(string)+": up"] == "" {
		s.await(fmt.Sprintf("%v: up %v", o["do"], want), func() bool { return fmt.Sprint(now()) == fmt.Sprint(want) })
	}
}

// pid returns the pid in the pid file, 0 without one.
func (s *scenario) pid() int {
	text, _ := os.ReadFile(s.path("pid"))
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(first)
	if pid > 0 && !slices.Contains(s.pids, pid) {
		s.pids = append(s.pids, pid)
	}
	return pid
}

func (s *scenario) alive(pid int) bool {
	stat, err := proctree.ReadStat(pid)
	return pid > 0 && err == nil && stat.Alive()
}

// command returns a command line of simplevisor.
func (s *scenario) command(words ...string) *exec.Cmd {
	cmd := exec.Command(s.path("simplevisor"), append([]string{"--conf", s.path("conf")}, words...)...)
	cmd.Dir = s.dir
	return cmd
}

// with are the options of a call.
type with struct{ noPidFile, store bool }

func (s *scenario) options(w with) (words []string) {
	if !w.noPidFile {
		words = append(words, "--pidfile", s.path("pid"))
	}
	if w.store {
		words = append(words, "--store", s.path("store"))
	}
	return words
}

// call runs a command to its end, and compares its exit status and text.
func (s *scenario) call(line string, w with) observation {
	s.Helper()
	o := s.next(line)
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	cmd := s.command(append(s.options(w), strings.Fields(strings.ReplaceAll(line, "@", s.dir))...)...)
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	text, err := cmd.CombinedOutput() // to the end of the pipe: a daemon must close it
	stop()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.Fatal(err)
	}
	s.compare(o, "rc", cmd.ProcessState.ExitCode())
	s.compare(o, "text", s.words(string(text)))
	s.pid()
	return o
}

// run runs a command to its end, and compares everything.
func (s *scenario) run(line string, options ...with) {
	s.Helper()
	o := s.call(line, append(options, with{})[0])
	s.ran(o)
}

// daemon starts the supervisor, and waits until it supervises.
func (s *scenario) daemon(options ...with) {
	s.Helper()
	s.start(fmt.Sprintf("--interval %d --daemon start", s.interval), options...)
}

func (s *scenario) start(line string, options ...with) {
	s.Helper()
	o := s.call(line, append(options, with{})[0])
	s.await("the supervisor", func() bool { return s.alive(s.pid()) })
	s.ran(o)
	s.cycles(1)
	s.up(o)
	s.compare(o, "alive", s.alive(s.pid()))
}

// cycles waits until a number of cycles has begun.
func (s *scenario) cycles(n int) {
	s.Helper()
	if s.interval > 9 {
		return
	}
	line := s.first + " status"
	before := s.count(line)
	s.await("a cycle", func() bool { return s.count(line) >= before+n })
}

// event compares what follows an event.
func (s *scenario) event(do string) observation {
	s.Helper()
	o := s.next(do)
	s.ran(o)
	s.up(o)
	return o
}

// crash ends services without their stop command, after the last repair is complete.
func (s *scenario) crash(names ...string) {
	s.Helper()
	s.cycles(2)
	s.crashNow(names...)
}

func (s *scenario) crashNow(names ...string) {
	s.Helper()
	for _, name := range names {
		s.remove("st." + name)
	}
	s.event("crash of " + strings.Join(names, " "))
}

// end compares the state at the end of a supervisor.
func (s *scenario) end() {
	s.Helper()
	o := s.next("end")
	s.up(o)
	_, err := os.Lstat(s.path("pid"))
	s.compare(o, "pidfile", err == nil)
}

func (s *scenario) stop(options ...with) {
	s.Helper()
	if s.alive(s.pid()) {
		s.cycles(2)
	}
	s.run("stop", options...)
	s.end()
}

// foreground starts the supervisor in the foreground.
func (s *scenario) foreground(line string, w with) {
	s.Helper()
	var err error
	s.fgText, err = os.Create(s.path("fg"))
	check(s.T, err)
	defer s.fgText.Close()
	s.fg = s.command(append(s.options(w), strings.Fields(line)...)...)
	s.fg.Stdout, s.fg.Stderr = s.fgText, s.fgText
	check(s.T, s.fg.Start())
}

var minor = regexp.MustCompile(`\[(INFO|DEBUG)\]`)

// foregroundEnds waits for the end of the supervisor, and compares.
func (s *scenario) foregroundEnds(do string) {
	s.Helper()
	o := s.next(do)
	late := time.AfterFunc(patience, func() { _ = s.fg.Process.Kill() })
	_ = s.fg.Wait()
	late.Stop()
	s.compare(o, "rc", s.fg.ProcessState.ExitCode())
	text, err := os.ReadFile(s.path("fg"))
	check(s.T, err)
	s.compare(o, "text", slices.DeleteFunc(s.words(string(text)), minor.MatchString))
	s.ran(o)
}

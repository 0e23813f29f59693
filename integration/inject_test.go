package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"
)

// injector has strace(1) make the system calls of one half of svloop fail, or
// kill it there. Counts are of each thread by itself, as strace keeps them.
type injector struct {
	name   string
	calls  string // in the language of strace
	before state
	// act runs the half under strace with these options.
	act func(h *host, options ...string) answer
}

// state is what there is before the half runs.
type state int

const (
	nothing  state = iota
	running        // an instance
	survivor       // what a killed instance has left
)

// tracing follows the threads and the children up to their execve: the program
// and the other half are left alone.
var tracing = []string{"-f", "-b", "execve", "-q"}

// halves are the processes that a start and a quit are made of. That of the
// daemon is its whole life, with the quit at the end; the successor and the
// heir are daemons that find what a killed instance has left. They read the
// process table, which is as good as one call, so of their calls that read
// files only those count that go to files of svloop.
var halves = []injector{
	{name: "caller", calls: outward, act: func(h *host, options ...string) answer {
		return h.run(straced(options, h.startArgs()...))
	}},
	{name: "daemon", calls: outward, act: tracedDaemon()},
	{name: "client", calls: outward, before: running, act: func(h *host, options ...string) answer {
		return h.run(straced(options, "--pidfile", h.pidfile, "--quit"))
	}},
	{name: "successor", calls: outward + "," + reads, before: survivor, act: tracedDaemon()},
	{name: "successor-files", calls: reads, before: survivor, act: onFiles(tracedDaemon())},
	{name: "heir", calls: outward + "," + reads, before: survivor, act: tracedDaemon("--survivors", "adopt")},
	{name: "heir-files", calls: reads, before: survivor, act: onFiles(tracedDaemon("--survivors", "adopt"))},
}

// outward is all but the calls that nobody outside the process can see: to be
// killed there is to be killed at the next other call.
const outward = "!mmap,munmap,madvise,futex,nanosleep,rt_sigaction,rt_sigprocmask,rt_sigreturn,sigaltstack," +
	"gettid,getpid,geteuid,arch_prctl,sched_getaffinity,sched_yield,clock_gettime,tgkill," +
	"epoll_create1,epoll_ctl,epoll_pwait,eventfd2,prlimit64,exit"

const reads = "openat,close,read"

func onFiles(act func(*host, ...string) answer) func(*host, ...string) answer {
	return func(h *host, options ...string) answer {
		h.Helper()
		return act(h, append(options, "-P", h.pidfile, "-P", h.pidfile+".adopted", "-P", h.pidfile+".adopted.new",
			"-P", h.pidfile+".heartbeat", "-P", h.pidfile+".heartbeat.new", "-P", filepath.Join(h.dir, "log"))...)
	}
}

// prepare brings the host into the state.
func (s state) prepare(h *host) {
	h.Helper()
	if s == nothing {
		return
	}
	if a := h.start(); a.code != 0 {
		h.Fatalf("start: %v", a)
	}
	if s == survivor {
		h.killInstance()
	}
}

func straced(options []string, args ...string) *exec.Cmd {
	words := slices.Concat(tracing, options, []string{filepath.Join(bin, "svloop")}, args)
	return exec.Command("strace", words...)
}

// throughStrace is what the daemon's half is executed through: the tracer is a
// process apart from its session, and the daemon keeps its pid.
const throughStrace = `#!/bin/sh
exec strace -DDD%s %q "$@"
`

// tracedDaemon returns what starts svloop by a descriptor of a file whose path
// has become throughStrace when svloop executes that path again.
func tracedDaemon(more ...string) func(h *host, options ...string) answer {
	return func(h *host, options ...string) answer {
		h.Helper()
		again := filepath.Join(h.dir, "svloop")
		binary, err := os.ReadFile(filepath.Join(bin, "svloop"))
		check(h, err)
		writeProgram(h, again, binary)
		self, err := os.Open(again)
		check(h, err)
		defer self.Close()
		text := fmt.Sprintf(throughStrace, quoted(slices.Concat(tracing, options)), filepath.Join(bin, "svloop"))
		writeProgram(h, again+".new", []byte(text))
		check(h, os.Rename(again+".new", again))
		args := slices.Concat([]string{"svloop"}, more, h.startArgs())
		return h.run(&exec.Cmd{Path: "/proc/self/fd/3", Args: args, ExtraFiles: []*os.File{self}})
	}
}

// writeProgram keeps other tests from forking meanwhile: while a child of theirs
// has the file open for writing, nobody can execute it.
func writeProgram(t testing.TB, path string, text []byte) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	check(t, os.WriteFile(path, text, 0o755))
}

func quoted(words []string) string {
	text := ""
	for _, word := range words {
		text += " '" + word + "'"
	}
	return text
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func needStrace(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		leaveOut(t, "strace is missing")
	}
}

var callLine = regexp.MustCompile(`(?m)^(\d+) +(\w+)\(`)

// countCalls returns how often the busiest thread makes each of the calls, in a
// run of the half in which nothing is injected.
func (in injector) countCalls(t *testing.T) map[string]int {
	t.Helper()
	h := newHost(t)
	in.before.prepare(h)
	trace := filepath.Join(h.dir, "trace")
	if a := in.act(h, "-o", trace, "-e", "trace="+in.calls); a.code != 0 {
		t.Fatalf("%s: %v", in.name, a)
	}
	if a := h.quit(); a.code != 0 {
		t.Fatalf("quit: %v", a)
	}
	h.wantNothing()
	text, err := os.ReadFile(trace)
	check(t, err)
	most := make(map[string]int)
	each := make(map[[2]string]int)
	for _, m := range callLine.FindAllStringSubmatch(string(text), -1) {
		thread := [2]string{m[1], m[2]}
		each[thread]++
		most[m[2]] = max(most[m[2]], each[thread])
	}
	return most
}

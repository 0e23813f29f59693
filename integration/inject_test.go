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

// injector makes strace(1) inject errors into the system calls of one half of svloop, or
// kill it there. Counts are for each thread, as in strace.
type injector struct {
	name   string
	calls  string // in the syntax of strace
	before state
	// act runs the half under strace with these options.
	act func(h *host, options ...string) answer
}

// state is the situation before the half runs.
type state int

const (
	nothing  state = iota
	running        // an instance
	survivor       // the remaining processes of a killed instance
)

// tracing follows threads and children up to their execve(2), so that neither the program
// nor the other half is traced.
var tracing = []string{"-f", "-b", "execve", "-q"}

// halves are the processes of a start and a quit. That of the daemon is its whole life,
// with the quit at the end. The successor and the heir are daemons that find the
// processes of a killed instance. They read the process table, which is equivalent to one
// call, so of their calls that read files only those for files of svloop count.
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

// outward selects the calls with an effect outside of the process: a kill at any other
// call is equivalent to one at the next of these.
const outward = "!mmap,munmap,madvise,futex,nanosleep,rt_sigaction,rt_sigprocmask,rt_sigreturn,sigaltstack," +
	"gettid,getpid,geteuid,getsid,arch_prctl,sched_getaffinity,sched_yield,clock_gettime,tgkill," +
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

// throughStrace is the command that executes the daemon under strace: the tracer is
// outside of its session, and the daemon keeps its pid.
const throughStrace = `#!/bin/sh
exec strace -DDD%s %q "$@"
`

// tracedDaemon starts svloop by a descriptor of a file whose path is throughStrace when
// svloop executes that path again.
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

// writeProgram keeps other tests from forking meanwhile: a forked child would have the
// file open for writing, and execve(2) would fail with ETXTBSY.
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

// countCalls returns how often the busiest thread makes each of the calls in a run
// without injection.
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

package integration

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// failures are the errors that are injected into the calls, each call in a run of its
// own.
var failures = map[string][]syscall.Errno{
	"chdir":             {unix.EACCES},
	"clone":             {unix.EAGAIN},
	"close_range":       {unix.ENOSYS},
	"dup3":              {unix.EBUSY},
	"epoll_create1":     {unix.EMFILE},
	"execve":            {unix.ENOMEM},
	"fcntl":             {unix.EIO, unix.ENOLCK},
	"flock":             {unix.ENOLCK},
	"fstat":             {unix.EIO},
	"fstatfs":           {unix.EIO},
	"ftruncate":         {unix.EIO},
	"getdents64":        {unix.EIO},
	"inotify_add_watch": {unix.ENOSPC},
	"inotify_init1":     {unix.EMFILE},
	"memfd_create":      {unix.EMFILE},
	"openat":            {unix.EMFILE, unix.EACCES},
	"pidfd_open":        {unix.EMFILE},
	"pipe2":             {unix.EMFILE},
	"prctl":             {unix.EINVAL},
	"pread64":           {unix.EIO},
	"pwrite64":          {unix.ENOSPC, unix.EIO},
	"setpgid":           {unix.EPERM},
	"setsid":            {unix.EPERM},
	"timerfd_create":    {unix.EMFILE},
	"unlinkat":          {unix.EROFS},
	"utimensat":         {unix.EACCES},
}

// TestFailingCalls makes each of these calls fail, in a run of its own, and expects
// success, or a message that names the cause and nothing left behind.
func TestFailingCalls(t *testing.T) {
	needStrace(t)
	t.Parallel()
	for _, half := range halves {
		t.Run(half.name, func(t *testing.T) {
			t.Parallel()
			calls := half.countCalls(t)
			for _, name := range slices.Sorted(maps.Keys(calls)) {
				for _, cause := range failures[name] {
					for k := range calls[name] {
						t.Run(fmt.Sprintf("%s-%d-%s", name, k+1, unix.ErrnoName(cause)), func(t *testing.T) {
							t.Parallel()
							half.failAt(t, name, k+1, cause)
						})
					}
				}
			}
		})
	}
}

// unheard are calls before an error can be reported: the first ones of the Go runtime,
// and those with which a daemon finds the pipe to its caller.
var unheard = regexp.MustCompile(`(F_GETFD\)|fstat\((0|64), .*) += -1 .*INJECTED`)

// unlocking fails only by injection (flock(2)): the library then keeps the file open and
// locked, and the instance can no longer read requests.
var unlocking = regexp.MustCompile(`flock\(\d+, LOCK_UN\) += -1 .*INJECTED`)

// failAt performs one run.
func (in injector) failAt(t *testing.T, name string, k int, cause syscall.Errno) {
	h := newHost(t)
	in.before.prepare(h)
	trace := filepath.Join(h.dir, "trace")
	a := in.act(h, "-o", trace, "-e", "trace="+name, "-e", fmt.Sprintf("inject=%s:error=%s:when=%d", name, unix.ErrnoName(cause), k))
	text, err := os.ReadFile(trace)
	check(t, err)
	if unheard.Match(text) {
		h.wantQuit()
		return
	}
	if a.code == 0 && a.stderr != "" || a.code != 0 && !wellSaid(a.stderr, cause) {
		t.Errorf("%v\n%s", a, text)
	}
	programs, others := h.processes()
	switch {
	case a.code == 0 && in.before != running:
		h.wantOneProgram()
	case in.before == nothing:
		h.wantNothing()
	case in.before == survivor && len(programs) > 0 && len(others) == 0:
		// The start has left processes to the next start, which must find them.
		if a := h.status(); a.code != 1 || !strings.Contains(a.stdout, " left running: ") {
			t.Errorf("status: %v", a)
		}
	}
	h.wantQuit()
	// The instance lived until it was asked to quit: so the reported start was real, and a
	// later failure has not stopped it.
	if a.code == 0 && in.before != running && !strings.Contains(h.log(), "asked to quit by ") {
		text, err = os.ReadFile(trace)
		check(t, err)
		if !unlocking.Match(text) {
			t.Errorf("the instance did not end by itself\n%s\n%s", text, h.log())
		}
	}
}

// wellSaid reports whether a message is one line that ends with the cause.
func wellSaid(message string, cause syscall.Errno) bool {
	return strings.HasPrefix(message, "svloop: cannot ") && strings.HasSuffix(message, ": "+cause.Error()+"\n") &&
		strings.Count(message, "\n") == 1
}

// TestSlowCaller lets the daemon be ahead of its caller, which must not report a failure
// because the daemon no longer waits for it.
func TestSlowCaller(t *testing.T) {
	needStrace(t)
	t.Parallel()
	h := newHost(t)
	a := halves[0].act(h, "-o", filepath.Join(h.dir, "trace"), "-e", "trace=write", "-e", "inject=write:delay_enter=200000:when=2+")
	if want := fmt.Sprintf("svloop (pid %d) started\n", h.pid()); a.code != 0 || a.stdout != want || a.stderr != "" {
		t.Errorf("start: %v", a)
	}
	h.wantQuit()
}

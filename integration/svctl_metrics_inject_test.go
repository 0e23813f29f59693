package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// writing are the calls with which svctl metrics writes its file.
var writing = []string{"openat", "write", "fchmod", "linkat", "renameat"}

// tracedMetrics writes metrics under strace.
func (h superviseHost) tracedMetrics(file string, options ...string) (a answer, trace string) {
	h.Helper()
	path := filepath.Join(h.dir, "trace")
	words := slices.Concat(tracing, []string{"-o", path}, options,
		[]string{filepath.Join(bin, "svctl"), "--conf", filepath.Join(h.dir, "svctl.conf"), "metrics", "--output", file})
	a = h.run(exec.Command("strace", words...))
	text, err := os.ReadFile(path)
	check(h, err)
	return a, string(text)
}

// metricsFile is a host with one stopped service, and an old file of metrics.
func metricsFile(t *testing.T) (h superviseHost, file string) {
	t.Helper()
	h = superviseHost{newHost(t)}
	h.configure([]string{"a"}, "one_for_one")
	check(t, os.Mkdir(filepath.Join(h.dir, "out"), 0o755))
	file = filepath.Join(h.dir, "out", "svctl.prom")
	check(t, os.WriteFile(file, []byte("old\n"), 0o644))
	return h, file
}

// wantWhole expects the old file, or a whole new one with the right mode.
func wantWhole(t *testing.T, file string) (fresh bool) {
	t.Helper()
	text, err := os.ReadFile(file)
	info, e := os.Stat(file)
	if err != nil || e != nil || info.Mode() != 0o644 {
		t.Errorf("%v %v %v", info, err, e)
	}
	if string(text) == "old\n" {
		return false
	}
	if !strings.HasPrefix(string(text), "# HELP svctl_build_info ") || !strings.HasSuffix(string(text), "svctl_supervisor_up 0\n") {
		t.Errorf("not whole: %q", text)
	}
	return true
}

// wantAlone expects no file beside the metrics.
func wantAlone(t *testing.T, file string) {
	t.Helper()
	if all, err := os.ReadDir(filepath.Dir(file)); err != nil || len(all) != 1 {
		t.Errorf("left behind: %v %v", all, err)
	}
}

// TestMetricsKilled kills svctl at each call with which it writes the file. The file is
// whole at any moment, and the next run leaves nothing else.
func TestMetricsKilled(t *testing.T) {
	needStrace(t)
	t.Parallel()
	h, file := metricsFile(t)
	a, trace := h.tracedMetrics(file, "-e", "trace="+strings.Join(writing, ","))
	if a.code != 0 || !wantWhole(t, file) {
		t.Fatalf("metrics: %s", a)
	}
	for _, name := range writing {
		count := len(regexp.MustCompile(`(?m)^\d+ +`+name+`\(`).FindAllString(trace, -1))
		if count == 0 {
			t.Errorf("svctl does not call %s", name)
		}
		for k := max(1, count-9); k <= count; k++ { // the last ones write the file
			t.Run(fmt.Sprintf("%s-%d", name, k), func(t *testing.T) {
				t.Parallel()
				h, file := metricsFile(t)
				h.tracedMetrics(file, "-e", "trace="+name, "-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", name, k))
				wantWhole(t, file)
				if a := h.svctl("metrics", "--output", file); a.code != 0 || !wantWhole(t, file) {
					t.Errorf("the next run: %s", a)
				}
				wantAlone(t, file)
			})
		}
	}
}

// wakesPoller reports whether the error was injected into the write by which the Go runtime
// wakes its poller, which depends on timing.
func wakesPoller(trace string) bool {
	return strings.Contains(trace, `, "\1\0\0\0\0\0\0\0", 8) = -1 `) || strings.Contains(trace, "netpollBreak")
}

// TestMetricsFailingCalls makes a call on the file fail. svctl says so, keeps the old file,
// and leaves no other one.
func TestMetricsFailingCalls(t *testing.T) {
	needStrace(t)
	t.Parallel()
	for _, test := range []struct {
		call  string
		error unix.Errno
		op    string // "" if svctl succeeds nevertheless
	}{
		{"openat", unix.EACCES, "open"},
		{"openat", unix.EROFS, "open"},
		{"openat", unix.EOPNOTSUPP, ""}, // a file system without O_TMPFILE
		{"write", unix.ENOSPC, "write"},
		{"write", unix.EIO, "write"},
		{"fchmod", unix.EPERM, "chmod"},
		{"linkat", unix.EPERM, "link"},
		{"renameat", unix.EXDEV, "rename"},
	} {
		name := strings.Replace(unix.ErrnoName(test.error), "ENOTSUP", "EOPNOTSUPP", 1) // strace knows only one name
		t.Run(test.call+"-"+name, func(t *testing.T) {
			t.Parallel()
			h, file := metricsFile(t)
			h.svctl("status") // so that the directory of svctl exists
			options := []string{"-e", "trace=" + test.call, "-e", fmt.Sprintf("inject=%s:error=%s:when=1", test.call, name)}
			if test.call == "openat" {
				options = append(options, "-P", filepath.Dir(file))
			}
			a, trace := h.tracedMetrics(file, options...)
			for wakesPoller(trace) {
				a, trace = h.tracedMetrics(file, options...)
			}
			if !strings.Contains(trace, "INJECTED") {
				t.Fatalf("no error was injected: %s", trace)
			}
			if test.op == "" {
				if a.code != 0 || a.stderr != "" || !wantWhole(t, file) {
					t.Errorf("%s\n%s", a, trace)
				}
				wantAlone(t, file)
				return
			}
			code := 1
			if test.error == unix.EACCES || test.error == unix.EPERM {
				code = 4
			}
			want := fmt.Sprintf("svctl: cannot write metrics: %s %s: %v\n", test.op, file, test.error)
			if a.code != code || a.stderr != want || wantWhole(t, file) {
				t.Errorf("%s, want %q\n%s", a, want, trace)
			}
			wantAlone(t, file)
		})
	}
}

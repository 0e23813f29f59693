package integration

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// rotations runs svloop with a program that writes numbered lines, under strace, which
// looks only at the calls for the files of the output.
type rotations struct {
	*host
	out string
}

const (
	rotatedLines = 140 // for about four rotations
	rotatedKeep  = 20
)

func newRotations(t testing.TB) *rotations {
	h := newHost(t)
	r := &rotations{h, filepath.Join(h.dir, "out")}
	check(t, os.WriteFile(r.out, nil, 0o606))
	check(t, os.Chmod(r.out, 0o606))
	return r
}

// args are those of svloop for lines that begin at a number.
func (r *rotations) args(first int) []string {
	loop := fmt.Sprintf("i=%d; while [ $i -lt %d ]; do echo line $i of the output; i=$((i+1)); done", first, first+rotatedLines)
	return []string{"-c", "1", "--log", filepath.Join(r.dir, "log"), "--stdout", r.out,
		"--rotate", fmt.Sprintf("1K:%d", rotatedKeep), "sh", "-c", loop}
}

// traced runs svloop under strace with these options, and returns the trace.
func (r *rotations) traced(options ...string) (answer, string) {
	r.Helper()
	trace := filepath.Join(r.dir, "trace")
	options = append(options, "-o", trace)
	for i := range rotatedKeep + 1 {
		options = append(options, "-P", r.name(i))
	}
	a := r.run(straced(options, r.args(0)...))
	text, err := os.ReadFile(trace)
	check(r, err)
	return a, string(text)
}

func (r *rotations) name(i int) string {
	if i == 0 {
		return r.out
	}
	return fmt.Sprintf("%s.%d", r.out, i)
}

var rotatedLine = regexp.MustCompile(`^line (\d+) of the output\n$`)

// lines returns the numbers of the lines in all files, from the oldest file on. Only the
// last line of all may be incomplete: svloop was killed in the middle of a write.
func (r *rotations) lines() (numbers []int) {
	r.Helper()
	for i := rotatedKeep; i >= 0; i-- {
		text, err := os.ReadFile(r.name(i))
		if os.IsNotExist(err) {
			continue
		}
		check(r, err)
		if len(text) > 1100 {
			r.Errorf("file %d has %d bytes", i, len(text))
		}
		for line := range strings.Lines(string(text)) {
			m := rotatedLine.FindStringSubmatch(line)
			if m == nil {
				r.Fatalf("file %d contains %q", i, line)
			}
			n, err := strconv.Atoi(m[1])
			check(r, err)
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// wantModes expects the mode of the first file.
func (r *rotations) wantModes() {
	r.Helper()
	for i := range rotatedKeep + 1 {
		if info, err := os.Stat(r.name(i)); err == nil && info.Mode() != 0o606 {
			r.Errorf("file %d has the mode %v", i, info.Mode())
		}
	}
}

func (r *rotations) countCalls() map[string]int {
	r.Helper()
	a, trace := r.traced("-e", "trace=all")
	if a.code != 0 || len(r.lines()) != rotatedLines {
		r.Fatalf("%v, %v", a, r.lines())
	}
	most, each := make(map[string]int), make(map[[2]string]int)
	for _, m := range callLine.FindAllStringSubmatch(trace, -1) {
		thread := [2]string{m[1], m[2]}
		each[thread]++
		most[m[2]] = max(most[m[2]], each[thread])
	}
	delete(most, "execve")
	return most
}

func numbersFrom(first, n int) (all []int) {
	for i := range n {
		all = append(all, first+i)
	}
	return all
}

// TestRotationKilledAtEveryCall kills svloop at each system call for the files of an
// output that it rotates. No line that was in a file is lost or moved, and the next
// svloop goes on.
func TestRotationKilledAtEveryCall(t *testing.T) {
	needStrace(t)
	t.Parallel()
	calls := newRotations(t).countCalls()
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		for k := range calls[name] {
			t.Run(fmt.Sprintf("%s-%d", name, k+1), func(t *testing.T) {
				t.Parallel()
				r := newRotations(t)
				r.traced("-e", "trace="+name, "-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", name, k+1))
				before := r.lines()
				if !slices.Equal(before, numbersFrom(0, len(before))) {
					t.Errorf("after the kill there are the lines %v", before)
				}
				r.await("the end of the program", func() bool { return len(marked(r.id)) == 0 })
				if a := r.svloop(r.args(1000)...); a.code != 0 || a.stderr != "" {
					t.Errorf("next run: %v", a)
				}
				r.wantModes()
				if got, want := r.lines(), slices.Concat(before, numbersFrom(1000, rotatedLines)); !slices.Equal(got, want) {
					t.Errorf("after the next run there are the lines %v, want %v\n%s", got, want, r.log())
				}
			})
		}
	}
}

var lostBytes = regexp.MustCompile(`(\d+) bytes of the output of the program were lost`)

// TestRotationWithFailingCalls makes each of these calls fail once. svloop goes on, and
// lines are only lost if the log says so.
func TestRotationWithFailingCalls(t *testing.T) {
	needStrace(t)
	t.Parallel()
	calls := newRotations(t).countCalls()
	causes := map[string][]unix.Errno{
		"rename": {unix.EACCES}, "renameat": {unix.EACCES, unix.EIO}, "renameat2": {unix.EACCES}, "openat": {unix.EMFILE, unix.ENOSPC},
		"fstat": {unix.EIO}, "newfstatat": {unix.EIO}, "fchown": {unix.EPERM}, "fchmod": {unix.EROFS},
		"write": {unix.ENOSPC}, "close": {unix.EIO}, "unlink": {unix.EACCES}, "unlinkat": {unix.EACCES},
	}
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		for _, cause := range causes[name] {
			for k := range calls[name] {
				t.Run(fmt.Sprintf("%s-%d-%s", name, k+1, unix.ErrnoName(cause)), func(t *testing.T) {
					t.Parallel()
					r := newRotations(t)
					a, trace := r.traced("-e", "trace="+name, "-e", fmt.Sprintf("inject=%s:error=%s:when=%d", name, unix.ErrnoName(cause), k+1))
					if strings.HasPrefix(a.stderr, "svloop: cannot ") || a.code == 1 {
						if !strings.Contains(r.log(), cause.Error()) {
							t.Errorf("%v\n%s", a, r.log())
						}
						return // the start failed
					}
					lines := r.lines()
					if a.code != 0 || !slices.IsSorted(lines) || len(slices.Compact(slices.Clone(lines))) != len(lines) {
						t.Errorf("%v, lines %v\n%s%s", a, lines, r.log(), trace)
					}
					lost := 0
					for _, m := range lostBytes.FindAllStringSubmatch(r.log(), -1) {
						n, err := strconv.Atoi(m[1])
						check(t, err)
						lost += n
					}
					all, kept := 0, 0
					for i := range rotatedLines {
						all += len(fmt.Sprintf("line %d of the output\n", i))
					}
					for _, i := range lines {
						kept += len(fmt.Sprintf("line %d of the output\n", i))
					}
					if kept+lost != all {
						t.Errorf("of %d bytes %d are in the files and %d were lost\n%s", all, kept, lost, r.log())
					}
				})
			}
		}
	}
}

// TestRotationOfManyWriters lets several processes write numbered lines of random length
// as fast as they can, for hundreds of rotations.
func TestRotationOfManyWriters(t *testing.T) {
	t.Parallel()
	const writers, lines = 4, 4000
	h := newHost(t)
	out := filepath.Join(h.dir, "out")
	// awk's own writes are larger than the atomic writes of a pipe, so each line is flushed.
	const writer = `BEGIN { srand(w); for (i = 0; i < n; i++) { x = sprintf("%*s", 1 + int(rand() * 300), ""); print w, i, x "end"; fflush() } }`
	script := fmt.Sprintf("for w in 0 1 2 3; do awk -v w=$w -v n=%d '%s' & done; wait", lines, writer)
	a := h.run(exec.Command(filepath.Join(bin, "svloop"), "-c", "1", "--log", filepath.Join(h.dir, "log"),
		"--stdout", out, "--stderr", out, "--rotate", "8K:999", "sh", "-c", script))
	if a.code != 0 || a.stderr != "" || strings.Contains(h.log(), "lost") {
		t.Fatalf("%v\n%s", a, h.log())
	}
	line := regexp.MustCompile(`^(\d) (\d+) +end$`)
	var next [writers]int
	files := 0
	for i := 999; i >= 0; i-- {
		name := out
		if i > 0 {
			name = fmt.Sprintf("%s.%d", out, i)
		}
		text, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue
		}
		check(t, err)
		files++
		if len(text) > 8<<10+400 {
			t.Errorf("%s has %d bytes", name, len(text))
		}
		for l := range strings.Lines(string(text)) {
			m := line.FindStringSubmatch(strings.TrimSuffix(l, "\n"))
			if m == nil || !strings.HasSuffix(l, "\n") {
				t.Fatalf("%s contains %q", name, l)
			}
			w, _ := strconv.Atoi(m[1])
			if m[2] != strconv.Itoa(next[w]) {
				t.Fatalf("%s: line %s of writer %d, want %d", name, m[2], w, next[w])
			}
			next[w]++
		}
	}
	if next != [writers]int{lines, lines, lines, lines} || files < 100 {
		t.Errorf("%v lines in %d files", next, files)
	}
}

package output

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/output/nowait"
)

// After a loss the output begins on a line of its own, with its time.
func TestLineAfterALoss(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ before, lost, after, want string }{
		{"half", " of a line\nlost", " rest\nnext\n", "@half\n@ rest\n@next\n"},
		{"half", " of a line\n", "next\n", "@half\n@next\n"},
		{"whole\n", "lost", " rest\nnext\n", "@whole\n@ rest\n@next\n"},
		{"whole\n", "lost\n", "next\n", "@whole\n@next\n"},
	} {
		path := filepath.Join(t.TempDir(), "out")
		f, err := openLines(path, cmdline.Rotation{}, true)
		check(t, err)
		put := func(text string, fails bool) {
			t.Helper()
			if n, err := f.Write([]byte(text)); (err != nil) != fails || n != len(text) && !fails || n != 0 && fails {
				t.Errorf("wrote %d bytes of %q, %v", n, text, err)
			}
		}
		put(test.before, false)
		good := f.file
		f.file, err = nowait.Append("/dev/full")
		check(t, err)
		put(test.lost, true)
		put(test.lost, true)
		f.file.Close()
		f.file = good
		put(test.after, false)
		f.Close()
		got, err := os.ReadFile(path)
		check(t, err)
		stamp := regexp.MustCompile(`(?m)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d `)
		if got := stamp.ReplaceAllString(string(got), "@"); got != test.want {
			t.Errorf("%q, lost %q, %q: %q, want %q", test.before, test.lost, test.after, got, test.want)
		}
	}
}

// A new file does not begin with the end of a line that is torn in the old one.
func TestReopenAfterALoss(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	f, err := openLines(path, cmdline.Rotation{Size: 100, Keep: 1}, false)
	check(t, err)
	f.lost, f.torn = true, true
	for renamed, want := range map[bool]bool{false: true, true: false} {
		if renamed {
			check(t, os.Rename(path, path+".1"))
		}
		next, err := openLines(path, cmdline.Rotation{Size: 100, Keep: 1}, false)
		check(t, err)
		next.continueAfter(f)
		next.Close()
		if !next.lost || next.torn != want {
			t.Errorf("renamed %t: lost %t, torn %t", renamed, next.lost, next.torn)
		}
		if renamed {
			check(t, os.Remove(path))
			check(t, os.Rename(path+".1", path))
		}
	}
	f.Close()
}

// The number of lost bytes does not count the times before lines.
func TestBytesWithoutStamps(t *testing.T) {
	t.Parallel()
	f := &lineFile{layout: layout{stamp: 2}}
	for _, test := range []struct{ out, want string }{
		{"@@one\n@@two\n@@thr", "one\ntwo\nthr"},
		{"one\n@@two\n@@\n", "one\ntwo\n\n"},
	} {
		text := strings.ReplaceAll(test.out, "@", "")
		for written := range len(test.out) {
			want := strings.ReplaceAll(test.out[:written], "@", "")
			if n := f.without(len(test.out)-len(text), []byte(text), written); n != len(want) {
				t.Errorf("%q: %d bytes, want %q", test.out[:written], n, want)
			}
		}
	}
	if n := f.without(0, []byte("no line"), 3); n != 3 {
		t.Errorf("%d bytes without times", n)
	}
}

// A symbolic link in the place of the file is not followed, but refused: otherwise the
// owner of the directory could get root's output, or its rotation, anywhere.
func TestRotationOverALink(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	s, log := rotating(t, path, 10, 2)
	write(t, s, "1 line\n")
	check(t, os.WriteFile(path+".other", []byte("of another user\n"), 0o600))
	check(t, os.Remove(path))
	check(t, os.Symlink(path+".other", path))
	write(t, s, "2 line\n")
	log.await(t)
	check(t, os.Remove(path))
	check(t, s.reopen())
	write(t, s, "3 line\n")
	log.await(t)
	s.close()
	wantFile(t, path+".other", "of another user\n")
	wantFile(t, path, "3 line\n")
	wantLog(t, log, "svloop: cannot write the output of the program: cannot rotate the file: \""+path+"\" is not a regular file any more\n"+
		"svloop: 7 bytes of the output of the program were lost\n")
}

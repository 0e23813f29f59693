package export

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// made is the export command of a service x.
var made = Format{Name: "runit"}.Made("x")

// bundleOf returns an exported service x with these files.
func bundleOf(text string, names ...string) *Bundle {
	b := &Bundle{Name: "x", Path: "x", Made: made}
	for _, name := range names {
		b.Files = append(b.Files, File{name, 0o640, text})
	}
	stamp(b.Files, "# x", b.Made)
	return b
}

// tree returns the contents of all files below a directory, including hidden files.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		name := strings.TrimPrefix(path, dir)
		if err != nil || name == "" {
			return err
		}
		if entry.Type().IsRegular() {
			text, err := os.ReadFile(path)
			all = append(all, name+": "+string(text))
			return err
		}
		all = append(all, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// do carries out an installation.
func do(t *testing.T, in *Installation) {
	t.Helper()
	if err := in.Do(context.Background(), false); err != nil {
		t.Fatal(err)
	}
}

// TestWriteAllOrNone finds a directory in the place of the last of several files, which
// cannot be replaced, even by force.
func TestWriteAllOrNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	names := []string{"x/first", "x/last"}
	do(t, &Installation{Directory: Directory(dir), Write: []*Bundle{bundleOf("before\n", names...)}})
	last := filepath.Join(dir, "x/last")
	if err := os.Remove(last); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(last, 0o755); err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)
	in := &Installation{Directory: Directory(dir), Write: []*Bundle{bundleOf("after\n", names...)}}
	err := in.Do(context.Background(), true)
	if want := `cannot replace "` + last + `": it is a directory`; err == nil || err.Error() != want {
		t.Errorf("got the error %v, want %s", err, want)
	}
	if after := tree(t, dir); after != before {
		t.Errorf("there is\n%s\nwant\n%s", after, before)
	}
}

// TestTakenBack fails in a step after all files were written and removed: all are
// restored. The second file is new, and the first has a different text.
func TestTakenBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	do(t, &Installation{Directory: Directory(dir), Write: []*Bundle{bundleOf("before\n", "x/run", "x/old", "x/data/old")}})
	before := tree(t, dir)
	in := &Installation{
		Directory: Directory(dir), Write: []*Bundle{bundleOf("after\n", "x/run", "x/new", "x/log/new")},
		Remove: []string{"x/old", "x/data/old"}, After: []Step{{Argv: []string{"false"}}},
	}
	if err := in.Do(context.Background(), false); err == nil || err.Error() != "cannot run false: exit status 1" {
		t.Errorf("got the error %v", err)
	}
	if after := tree(t, dir); after != before {
		t.Errorf("there is\n%s\nwant\n%s", after, before)
	}
	in.After = nil
	do(t, in)
	after := tree(t, dir)
	if want := "/x\n/x/log\n/x/log/new: after\n"; !strings.HasPrefix(after, want) || strings.Contains(after, "old") || strings.Contains(after, "before") {
		t.Errorf("done, there is\n%s", after)
	}
	for _, name := range []string{"x/run", "x/new"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o640 {
			t.Errorf("%s has the mode %v, %v", name, info.Mode(), err)
		}
	}
}

// TestReplaceFails undoes a replacement that failed because the new file does not exist:
// the old file keeps only its original name.
func TestReplaceFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	var c change
	if err := c.replace(filepath.Join(dir, "none"), filepath.Join(dir, "x")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got the error %v", err)
	}
	c.back(context.Background())
	if got := tree(t, dir); got != "/x: x" {
		t.Errorf("there is\n%s", got)
	}
}

// TestTakenBackInOrder undoes the steps that were done and the one that failed, the last
// first, and no others; also after a signal.
func TestTakenBackInOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	note := filepath.Join(dir, "note")
	say := func(word string) Step { return Step{Argv: []string{"sh", "-c", `echo "$1" >>"$0"`, note, word}} }
	step := func(word string) Step { s := say(word); s.Undo = []Step{say("un" + word)}; return s }
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	fails := Step{Argv: []string{"false"}, Undo: []Step{say("unfails")}}
	for _, test := range []struct {
		ctx  context.Context
		want string
	}{{context.Background(), "one two three unfails unthree untwo unone restored"}, {ctx, "unone restored"}} {
		in := &Installation{Before: []Step{step("one"), step("two")}, After: []Step{step("three"), fails, step("four")}, Restored: []Step{say("restored")}}
		if err := in.Do(test.ctx, false); err == nil {
			t.Error("nothing has failed")
		}
		text, err := os.ReadFile(note)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(strings.Fields(string(text)), " "); got != test.want {
			t.Errorf("done was %s, want %s", got, test.want)
		}
		if err := os.Remove(note); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRemovable removes the first file, which names the others, last.
func TestRemovable(t *testing.T) {
	t.Parallel()
	dir := Directory(t.TempDir())
	do(t, &Installation{Directory: dir, Write: []*Bundle{bundleOf("x\n", "x/run", "x/finish", "x/down")}})
	found, err := dir.removable("x/run", made, false)
	if want := []string{"x/finish", "x/down", "x/run"}; err != nil || !slices.Equal(found.names, want) {
		t.Errorf("%q, %v; want %q", found.names, err, want)
	}
}

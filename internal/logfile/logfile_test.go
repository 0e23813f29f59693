package logfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// put appends to a file, and creates it.
func put(t testing.TB, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	check(t, err)
	_, err = f.WriteString(text)
	check(t, err)
	check(t, f.Close())
}

func open1(t testing.TB, path string, lines int) *File {
	t.Helper()
	f, err := Open(path, lines)
	if f == nil || !errors.Is(err, fs.ErrNotExist) {
		check(t, err)
	}
	t.Cleanup(f.Close)
	return f
}

func read(t testing.TB, f *File) string {
	t.Helper()
	text, err := io.ReadAll(f)
	check(t, err)
	return string(text)
}

func TestLastLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("0123456789abcde\n", 3*blockSize/16)
	wide := strings.Repeat("x", 2*blockSize+1)
	tests := []struct {
		name  string
		files []string // FILE, FILE.1, …; "-" is missing
		n     int
		want  string
	}{
		{"nothing", []string{""}, 5, ""},
		{"no line", []string{"a\nb\n"}, 0, ""},
		{"one line", []string{"a\nb\n"}, 1, "b\n"},
		{"an incomplete line", []string{"a\nb\nc"}, 2, "b\nc"},
		{"all lines", []string{"a\nb\n"}, 2, "a\nb\n"},
		{"more than all lines", []string{"a\nb\n"}, 9, "a\nb\n"},
		{"empty lines", []string{"a\n\n\n"}, 2, "\n\n"},
		{"two files", []string{"d\n", "b\nc\n"}, 2, "c\nd\n"},
		{"an empty file", []string{"", "b\nc\n"}, 1, "c\n"},
		{"exactly a file", []string{"c\nd\n", "b\n"}, 2, "c\nd\n"},
		{"a line in two files", []string{"2\nd\n", "a\nc1"}, 2, "c12\nd\n"},
		{"a gap", []string{"d\n", "-", "b\nc\n"}, 2, "c\nd\n"},
		{"without the file", []string{"-", "b\nc\n", "a\n"}, 3, "a\nb\nc\n"},
		{"blocks", []string{long}, 2*blockSize/16 + 1, long[:2*blockSize+16]},
		{"a long line", []string{wide + "\n" + wide}, 1, wide},
		{"a long line and its end", []string{wide + "\n" + wide + "\n"}, 1, wide + "\n"},
	}
	for _, test := range tests {
		path := filepath.Join(t.TempDir(), "log")
		for i, text := range test.files {
			if text != "-" {
				put(t, (&chainName{path, i}).String(), text)
			}
		}
		f := open1(t, path, test.n)
		put(t, path, "later\n")
		if got := read(t, f); got != test.want {
			t.Errorf("%s: %d bytes %.100q, want %d %.100q", test.name, len(got), got, len(test.want), test.want)
		}
	}
}

type chainName struct {
	path   string
	number int
}

func (c *chainName) String() string {
	if c.number == 0 {
		return c.path
	}
	return fmt.Sprintf("%s.%d", c.path, c.number)
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	check(t, unix.Mkfifo(dir+"/fifo", 0o600))
	for path, want := range map[string]string{
		dir + "/none": "open " + dir + "/none: file does not exist",
		dir:           `cannot read "` + dir + `": it is not a regular file`,
		dir + "/fifo": `cannot read "` + dir + `/fifo": it is not a regular file`,
		"/dev/null":   `cannot read "/dev/null": it is not a regular file`,
	} {
		if _, err := Open(path, 1); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// more reads all that a followed file contains now.
func more(t testing.TB, f *File) (text string) {
	t.Helper()
	for {
		text += read(t, f)
		again, err := f.Refresh()
		if check(t, err); !again {
			return text
		}
	}
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("read %q, want %q", got, want)
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	f := open1(t, path, 3)
	f.Follow()
	want(t, more(t, f), "")
	put(t, path, "a\n")
	want(t, more(t, f), "a\n")
	check(t, os.Rename(path, path+".1"))
	want(t, more(t, f), "")
	put(t, path+".1", "b\n") // the program has not noticed yet
	want(t, more(t, f), "b\n")
	put(t, path, "") // logrotate creates the file, the program still has the old one
	put(t, path+".1", "c\n")
	want(t, more(t, f), "c\n")
	put(t, path+".1", "d\n")
	put(t, path, "e\n")
	want(t, more(t, f), "d\ne\n")
	check(t, os.Remove(path))
	put(t, path, "f\n")
	want(t, more(t, f), "f\n")
	check(t, os.Rename(path, path+"-20260101")) // dateext of logrotate
	put(t, path, "g\n")
	want(t, more(t, f), "g\n")
	check(t, os.Truncate(path, 0))
	want(t, more(t, f), "")
	put(t, path, "longer than before\n")
	want(t, more(t, f), "longer than before\n")
	check(t, os.Truncate(path, 0))
	put(t, path, "and even longer than that\n") // the size alone does not tell
	want(t, more(t, f), "and even longer than that\n")
}

// copyTruncate rotates as logrotate with copytruncate.
func copyTruncate(t testing.TB, path string, keep int) {
	t.Helper()
	shift(t, path, keep, 1)
	text, err := os.ReadFile(path)
	check(t, err)
	check(t, os.WriteFile(path+".1", text, 0o600))
	check(t, os.Truncate(path, 0))
}

// shift renames the files from a number on.
func shift(t testing.TB, path string, keep, from int) {
	t.Helper()
	for i := keep; i > from; i-- {
		err := os.Rename((&chainName{path, i - 1}).String(), (&chainName{path, i}).String())
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
}

func TestFollowCopyTruncate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	put(t, path, "1\n2\n")
	f := open1(t, path, 1)
	f.Follow()
	want(t, more(t, f), "2\n")
	put(t, path, "3\n")
	copyTruncate(t, path, 9)
	put(t, path, "4\n")
	want(t, more(t, f), "3\n4\n")
	put(t, path, "5\n")
	copyTruncate(t, path, 9)
	put(t, path, "6\n")
	copyTruncate(t, path, 9)
	put(t, path, "7 and longer than what was read\n")
	want(t, more(t, f), "5\n6\n7 and longer than what was read\n")
}

// TestFollowAnything rotates a file at random, by renames and by copies, and reads it at
// random: each line is read once and in order.
func TestFollowAnything(t *testing.T) {
	t.Parallel()
	for round := range 300 {
		seed := rand.Uint64()
		random := rand.New(rand.NewPCG(seed, 0))
		path := filepath.Join(t.TempDir(), "log")
		const keep = 50
		f := open1(t, path, 1)
		f.Follow()
		written, got := "", ""
		trace := ""
		old := "" // what the program still writes to after a rename
		for step := range 40 {
			what := random.IntN(7)
			trace += fmt.Sprint(what, " ")
			switch what {
			case 0, 1, 2:
				line := fmt.Sprintf("%d-%d %s\n", round, step, strings.Repeat("x", random.IntN(30)))
				written += line
				to := path
				if old != "" {
					to, old = old, ""
					if random.IntN(2) == 0 {
						to = path // it has reopened its log
					}
				}
				put(t, to, line)
			case 3: // as svloop does
				if _, err := os.Stat(path); err == nil && old == "" {
					shift(t, path, keep, 0)
					put(t, path, "")
				}
			case 4: // as logrotate does before the signal
				if _, err := os.Stat(path); err == nil && old == "" {
					shift(t, path, keep, 0)
					put(t, path, "")
					old = path + ".1"
				}
			case 5:
				if info, err := os.Stat(path); err == nil && info.Size() > 0 && old == "" {
					copyTruncate(t, path, keep)
				}
			case 6:
				got += more(t, f)
			}
		}
		got += more(t, f)
		if got != written {
			t.Fatalf("seed %d, steps %s: read\n%s\nwant\n%s", seed, trace, got, written)
		}
		f.Close()
	}
}

// TestChain rotates a file several times between two files of its chain: the next one is
// still the one that was written before.
func TestChain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	rotate := func(keep int, texts ...string) {
		for _, text := range texts {
			shift(t, path, keep, 0)
			put(t, path, text)
		}
	}
	rotate(20, "1", "2", "3", "4")
	c := chain{path: path}
	next := func(want string) {
		t.Helper()
		p, err := c.older()
		check(t, err)
		got := ""
		if p != nil {
			text, err := io.ReadAll(p)
			check(t, err)
			got = string(text)
			p.Close()
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	next("4")
	rotate(20, "5", "6")
	next("3")
	rotate(20, "7", "8", "9")
	next("2")
	rotate(3, "10", "11", "12", "13") // drops what was read, and older files
	for i := 4; i < 20; i++ {
		check(t, os.RemoveAll((&chainName{path, i}).String()))
	}
	next("")
}

// TestFollowWhileItRotates reads a file while another goroutine rotates it as fast as it
// can.
func TestFollowWhileItRotates(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	const lines = 300
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range lines {
			put(t, path, fmt.Sprintf("%d\n", i))
			if i%3 == 0 {
				shift(t, path, i/3+1, 0)
				put(t, path, "")
			}
		}
	}()
	f := open1(t, path, 0)
	f.Follow()
	text := ""
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		text += more(t, f)
	}
	first := -1
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		var n int
		if _, err := fmt.Sscan(line, &n); err != nil || first >= 0 && n != first+i {
			t.Fatalf("line %d is %q, the first was %d", i, line, first)
		}
		if first < 0 {
			first = n
		}
	}
	if !strings.HasSuffix(text, fmt.Sprintf("\n%d\n", lines-1)) {
		t.Errorf("the end is %q", text[max(0, len(text)-20):])
	}
}

// The watcher wakes for each change, also of a file that appears in a new directory.
func TestWatcher(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "sub", "log")
	f := open1(t, path, 1)
	f.Follow()
	w := NewWatcher()
	defer w.Close()
	next := func(want string) {
		t.Helper()
		await(t, w, f, want)
	}
	check(t, os.Mkdir(filepath.Dir(path), 0o700))
	put(t, path, "a\n")
	next("a\n")
	check(t, os.Rename(path, path+".1"))
	put(t, path, "b\n")
	next("b\n")
	w.next = time.Now().Add(time.Minute) // events are enough
	put(t, path, "c\n")
	next("c\n")
	check(t, os.Rename(path, path+".1"))
	put(t, path, "")
	next("")
	put(t, path, "c2\n") // into a file that was empty
	next("c2\n")
	check(t, os.Truncate(path, 0))
	put(t, path, "d\n")
	next("d\n")
	link := filepath.Join(dir, "link")
	check(t, os.Symlink(path, link))
	f = open1(t, link, 1)
	f.Follow()
	next("d\n")
	check(t, os.Rename(path, path+".1"))
	put(t, path, "e\n")
	next("e\n")
}

// await watches and reads a file until it has read a text.
func await(t *testing.T, w *Watcher, f *File, want string) {
	t.Helper()
	for got, deadline := "", time.Now().Add(30*time.Second); got != want; {
		w.Watch(f)
		if got += more(t, f); got == want {
			w.Watch(f)
			return
		}
		if time.Now().After(deadline) || !strings.HasPrefix(want, got) {
			t.Fatalf("read %q, want %q", got, want)
		}
		_, err := w.Wait()
		check(t, err)
	}
}

// A file that is open keeps its removed directory, for which there is no event.
func TestWatcherOfReplacedDirectories(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, replace := range map[string]func(of string) error{
		"removed": os.RemoveAll,
		"renamed": func(of string) error { return os.Rename(of, of+".old") },
		"renamed above": func(of string) error {
			return errors.Join(os.Rename(filepath.Dir(of), filepath.Dir(of)+".old"), os.Mkdir(filepath.Dir(of), 0o700))
		},
	} {
		in := filepath.Join(dir, name, "sub")
		path := filepath.Join(in, "log")
		check(t, os.MkdirAll(in, 0o700))
		put(t, path, "a\n")
		f := open1(t, path, 1)
		f.Follow()
		w := NewWatcher()
		defer w.Close()
		await(t, w, f, "a\n")
		check(t, replace(in))
		check(t, os.Mkdir(in, 0o700))
		put(t, path, "b\n")
		_, err := w.Wait() // nothing else calls Watch before
		check(t, err)
		await(t, w, f, "b\n")
	}

	link := filepath.Join(dir, "link")
	for _, day := range []string{"1", "2"} {
		check(t, os.Mkdir(filepath.Join(dir, day), 0o700))
	}
	check(t, os.Symlink("1", link))
	path := filepath.Join(link, "log")
	put(t, path, "a\n")
	f := open1(t, path, 1)
	f.Follow()
	w := NewWatcher()
	defer w.Close()
	await(t, w, f, "a\n")
	put(t, filepath.Join(dir, "2", "log"), "b\n")
	check(t, os.Symlink("2", link+".new"))
	check(t, os.Rename(link+".new", link))
	_, err := w.Wait()
	check(t, err)
	await(t, w, f, "b\n")
}

func TestClosed(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	check(t, err)
	defer w.Close()
	closed := Closed(w)
	select {
	case <-closed:
		t.Error("the pipe counts as closed")
	default:
	}
	check(t, r.Close())
	<-closed
}

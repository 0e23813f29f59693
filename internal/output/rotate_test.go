package output

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/cmdline"
)

// rotating returns a sink that rotates its file.
func rotating(t *testing.T, path string, size int64, keep int) (*sink, *notes) {
	t.Helper()
	s, log, err := tryRotating(path, size, keep)
	check(t, err)
	return s, log
}

func tryRotating(path string, size int64, keep int) (*sink, *notes, error) {
	log := newNotes()
	c := Config{Rotate: cmdline.Rotation{Size: size, Keep: keep}}
	s, err := newSink(cmdline.Stream{Kind: cmdline.StreamFile, Path: path}, c, NewLog("svloop", "", log, false))
	return s, log, err
}

func wantLog(t *testing.T, log *notes, want string) {
	t.Helper()
	if log.String() != want {
		t.Errorf("logged %q, want %q", log, want)
	}
}

func wantNoFile(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("%s exists, %v", path, err)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	check(t, os.WriteFile(path, []byte("0 too large\n"), 0o604))
	s, log := rotating(t, path, 10, 2)
	for _, line := range []string{"1 line\n", "2 line\n", "3 line\n"} {
		write(t, s, line)
	}
	s.close()
	wantFile(t, path, "3 line\n")
	wantFile(t, path+".1", "2 line\n")
	wantFile(t, path+".2", "1 line\n")
	wantNoFile(t, path+".3")
	wantLog(t, log, "")
	info, err := os.Stat(path)
	check(t, err)
	if info.Mode() != 0o604 {
		t.Errorf("the mode is %v", info.Mode())
	}
}

// If svloop was killed in a rotation, the next one fills the gap, and drops nothing.
func TestRotationFillsAGap(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	for name, text := range map[string]string{"": "1 line\n", ".1": "2 line\n", ".3": "3 line\n"} {
		check(t, os.WriteFile(path+name, []byte(text), 0o600))
	}
	s, log := rotating(t, path, 10, 3)
	write(t, s, "0 line\n")
	s.close()
	for name, text := range map[string]string{"": "0 line\n", ".1": "1 line\n", ".2": "2 line\n", ".3": "3 line\n"} {
		wantFile(t, path+name, text)
	}
	wantLog(t, log, "")
}

// If svloop was killed before it created the new file, that is like the last one.
func TestRotationWithoutTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	check(t, os.WriteFile(path+".1", []byte("1 line\n"), 0o604))
	check(t, os.Chmod(path+".1", 0o666)) // whatever the umask
	s, _ := rotating(t, path, 10, 3)
	write(t, s, "0 line\n")
	s.close()
	wantFile(t, path, "0 line\n")
	info, err := os.Stat(path)
	check(t, err)
	if info.Mode() != 0o666 {
		t.Errorf("the mode is %v", info.Mode())
	}
}

func TestRotationRemovesWhatIsTooMuch(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	for _, name := range []string{".1", ".2", ".3", ".5", ".9", ".14", ".x"} {
		check(t, os.WriteFile(path+name, []byte(name), 0o600))
	}
	check(t, os.Mkdir(path+".4", 0o700))
	s, _ := rotating(t, path, 10, 2)
	s.close()
	for _, name := range []string{".1", ".2", ".14", ".x"} {
		wantFile(t, path+name, name)
	}
	for _, name := range []string{".3", ".5", ".9"} {
		wantNoFile(t, path+name)
	}
}

// A symbolic link stays, and the file that it names is rotated.
func TestRotationOfALink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "link")
	check(t, os.Symlink("file", path))
	s, _ := rotating(t, path, 10, 2)
	write(t, s, "1 line\n2 line\n")
	s.close()
	wantFile(t, path, "2 line\n")
	wantFile(t, dir+"/file.1", "1 line\n")
	if to, err := os.Readlink(path); to != "file" {
		t.Errorf("the link names %q, %v", to, err)
	}
}

func TestRotationRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	check(t, os.Symlink("/dev/null", dir+"/null"))
	check(t, unix.Mkfifo(dir+"/fifo", 0o600))
	reader, err := os.OpenFile(dir+"/fifo", os.O_RDWR, 0)
	check(t, err)
	defer reader.Close()
	for path, want := range map[string]string{
		"/dev/null":   `cannot open output file: cannot rotate "/dev/null": it is not a regular file`,
		dir + "/null": `cannot open output file: cannot rotate "` + dir + `/null": it is not a regular file`,
		dir + "/fifo": `cannot open output file: cannot rotate "` + dir + `/fifo": it is not a regular file`,
		dir:           "cannot open output file: open " + dir + ": is a directory",
	} {
		if s, _, err := tryRotating(path, 10, 2); s != nil || err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Output that follows is dropped and counted while the file cannot be renamed: it would
// have no bound.
func TestRotationThatFails(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	s, log := rotating(t, path, 10, 1)
	check(t, os.Mkdir(path+".1", 0o700))
	write(t, s, "1 line\n2 line\n3 line\n")
	log.await(t)
	write(t, s, "4 line\n") // before the next attempt
	s.close()
	wantFile(t, path, "1 line\n")
	wantLog(t, log, "svloop: cannot write the output of the program: cannot rotate the file: rename "+path+" "+path+".1: file exists\n"+
		"svloop: 21 bytes of the output of the program were lost\n")
}

// After logrotate(8), by a new file or by a truncation, the size is that of the file.
func TestRotationByOthers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	f, err := openLines(path, cmdline.Rotation{Size: 10, Keep: 2}, false)
	check(t, err)
	defer func() { f.Close() }()
	put := func(text string) {
		t.Helper()
		n, err := f.Write([]byte(text))
		if check(t, err); n != len(text) {
			t.Errorf("wrote %d bytes", n)
		}
	}
	put("1 line\n")
	check(t, os.Truncate(path, 0))
	put("2 line\n")
	wantFile(t, path, "2 line\n")
	wantNoFile(t, path+".1")

	check(t, os.Rename(path, path+".moved"))
	put("3 line\n") // a new file is noticed when the old one is full
	wantFile(t, path, "3 line\n")
	check(t, os.Rename(path, path+".1"))
	check(t, os.WriteFile(path, []byte("x\n"), 0o600))
	put("4 line\n")
	wantFile(t, path, "x\n4 line\n")
	wantFile(t, path+".1", "3 line\n")
	wantNoFile(t, path+".2")
}

// Another process renames the file at any moment of a rotation: nothing is lost.
func TestRotationWhileOthersRename(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	s, log := rotating(t, path, 100, 5)
	stop := make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				_ = os.Rename(path, filepath.Join(dir, "moved"+strconv.Itoa(i%1000)))
			}
		}
	})
	for range 300 {
		write(t, s, strings.Repeat("x", 50)+"\n")
		if err := s.reopen(); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	others.Wait()
	s.close()
	wantLog(t, log, "")
}

// Standard output and standard error in the same file share one pipe and one rotation.
func TestRotationOfBothStreams(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	check(t, os.Symlink("out", dir+"/link"))
	file := func(name string) cmdline.Stream {
		return cmdline.Stream{Kind: cmdline.StreamFile, Path: dir + "/" + name}
	}
	for _, second := range []string{"out", "link", "../" + filepath.Base(dir) + "/out"} {
		c := Config{Streams: [3]cmdline.Stream{1: file("out"), 2: file(second)}, Rotate: cmdline.Rotation{Size: 10, Keep: 1}}
		p, err := Open(c, NewLog("svloop", "", newNotes(), false))
		check(t, err)
		fds, done, err := p.ForRun()
		check(t, err)
		done()
		if fds[1] != fds[2] {
			t.Errorf("%q: the descriptors are %v", second, fds)
		}
		p.Close()
	}
}

// Writers write numbered lines of random length as fast as they can, for many rotations,
// with time stamps. Each line is there, once, whole and in order.
func TestRotationUnderLoad(t *testing.T) {
	t.Parallel()
	const writers, lines, keep = 4, 3000, 300
	path := filepath.Join(t.TempDir(), "out")
	log := newNotes()
	c := Config{Rotate: cmdline.Rotation{Size: 16 << 10, Keep: keep}, Timestamps: true}
	s, err := newSink(cmdline.Stream{Kind: cmdline.StreamFile, Path: path}, c, NewLog("svloop", "", log, false))
	check(t, err)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range lines {
				// A pipe keeps writes of up to 4096 bytes in one piece.
				if _, err := fmt.Fprintf(s.in, "%d %d %s\n", w, i, strings.Repeat("x", rand.IntN(400))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	s.close()
	wantLog(t, log, "")
	line := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[-+]\d\d:\d\d (\d) (\d+) x*$`)
	var next [writers]int
	rotated := 0
	for i := keep; i >= 0; i-- {
		text, err := os.ReadFile((&series{path: path}).name(i))
		if os.IsNotExist(err) {
			continue
		}
		check(t, err)
		rotated++
		if len(text) > 16<<10+500 || len(text) < 15<<10 && i > 0 {
			t.Errorf("file %d has %d bytes", i, len(text))
		}
		for l := range strings.Lines(string(text)) {
			m := line.FindStringSubmatch(strings.TrimSuffix(l, "\n"))
			if m == nil || !strings.HasSuffix(l, "\n") {
				t.Fatalf("file %d contains %q", i, l)
			}
			w, _ := strconv.Atoi(m[1])
			if n, _ := strconv.Atoi(m[2]); n != next[w] {
				t.Fatalf("file %d: line %d of writer %d, want %d", i, n, w, next[w])
			}
			next[w]++
		}
	}
	if next != [writers]int{lines, lines, lines, lines} || rotated < 50 {
		t.Errorf("%v lines, %d files", next, rotated)
	}
}

// A program that never ends its line is bounded too.
func TestRotationOfOneEndlessLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	s, _ := rotating(t, path, 1000, 2)
	write(t, s, strings.Repeat("x", 100_000))
	s.close()
	for _, name := range []string{"", ".1", ".2"} {
		info, err := os.Stat(path + name)
		check(t, err)
		if info.Size() > 2000 || info.Size() == 0 {
			t.Errorf("out%s has %d bytes", name, info.Size())
		}
	}
	wantNoFile(t, path+".3")
}

// A line that a reopened file interrupts has one time stamp.
func TestStampsAfterAReopen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	f, err := openLines(path, cmdline.Rotation{}, true)
	check(t, err)
	s := &sink{to: cmdline.Stream{Kind: cmdline.StreamFile, Path: path}, stamps: true, file: f}
	_, err = s.file.Write([]byte("a\nhalf"))
	check(t, err)
	check(t, os.Rename(path, path+".old"))
	check(t, s.reopen())
	_, err = s.file.Write([]byte(" line\n"))
	check(t, err)
	check(t, s.file.Close())
	wantFile(t, path, " line\n")
}

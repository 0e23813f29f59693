package output

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/cmdline"
)

// notes collects the messages of a logger that another goroutine uses.
type notes struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func newNotes() *notes { return &notes{more: make(chan struct{}, 100)} }

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.more <- struct{}{}
	return n.text.Write(p)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// await returns after a certain message has arrived.
func (n *notes) await(t *testing.T) {
	t.Helper()
	select {
	case <-n.more:
	case <-time.After(time.Minute):
		t.Fatal("no message")
	}
}

func sinkTo(t *testing.T, path string) (*sink, *notes) {
	t.Helper()
	log := newNotes()
	s, err := newSink(cmdline.Stream{Kind: cmdline.StreamFile, Path: path}, Config{}, NewLog("svloop", "", log, false))
	check(t, err)
	return s, log
}

func write(t *testing.T, s *sink, text string) {
	t.Helper()
	_, err := s.in.WriteString(text)
	check(t, err)
}

func wantFile(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	check(t, err)
	if string(got) != want {
		t.Errorf("%q holds %d bytes %.100q, want %d %.100q", path, len(got), got, len(want), want)
	}
}

func TestSink(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	check(t, os.WriteFile(path, []byte("from before\n"), 0o600))
	s, log := sinkTo(t, path)
	// More than any buffer, and a last line without a newline.
	long := strings.Repeat("0123456789abcdef", 20000)
	write(t, s, "one\n")
	write(t, s, long)
	write(t, s, "\x00\xff end")
	s.close()
	wantFile(t, path, "from before\none\n"+long+"\x00\xff end")
	if log.String() != "" {
		t.Errorf("logged %q", log)
	}
	info, err := os.Stat(path)
	check(t, err)
	if info.Mode() != 0o600 {
		t.Errorf("the mode is %v", info.Mode())
	}
}

func TestSinkReopens(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	s, log := sinkTo(t, path)
	check(t, os.Rename(path, path+".1"))
	check(t, s.reopen())
	write(t, s, "new\n")
	s.close()
	wantFile(t, path, "new\n")
	wantFile(t, path+".1", "")
	if log.String() != "" {
		t.Errorf("logged %q", log)
	}
}

// Output is not lost if the file cannot be reopened.
func TestSinkKeepsTheOldFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	s, log := sinkTo(t, path)
	check(t, os.Rename(path, path+".1"))
	check(t, os.Mkdir(path, 0o755))
	err := s.reopen()
	if want := "cannot open output file: open " + path + ": is a directory"; err == nil || err.Error() != want {
		t.Errorf("reopen: %v; want %s", err, want)
	}
	write(t, s, "kept\n")
	s.close()
	wantFile(t, path+".1", "kept\n")
	if log.String() != "" {
		t.Errorf("logged %q", log)
	}
}

func TestSinkThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	s, err := newSink(cmdline.Stream{Kind: cmdline.StreamFile, Path: "/nonexistent/out"}, Config{}, NewLog("svloop", "", newNotes(), false))
	if err == nil || s != nil || err.Error() != "cannot open output file: open /nonexistent/out: no such file or directory" {
		t.Errorf("%v, %v", s, err)
	}
}

const full = "svloop: cannot write the output of the program: write PATH: no space left on device\n"

// On a full device the program continues, and the lost bytes are reported.
func TestSinkOnAFullDevice(t *testing.T) {
	t.Parallel()
	s, log := sinkTo(t, "/dev/full")
	long := strings.Repeat("x", 200000) // more than the pipe can hold
	write(t, s, long)
	s.close()
	want := strings.ReplaceAll(full, "PATH", "/dev/full") + "svloop: 200000 bytes of the output of the program were lost\n"
	if log.String() != want {
		t.Errorf("logged %q, want %q", log, want)
	}
}

func TestSinkAfterAFullDevice(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	check(t, os.Symlink("/dev/full", path))
	s, log := sinkTo(t, path)
	write(t, s, "lost")
	log.await(t)
	check(t, os.Remove(path))
	check(t, s.reopen())
	write(t, s, "written\n")
	log.await(t)
	write(t, s, "and more\n")
	s.close()
	wantFile(t, path, "written\nand more\n")
	want := strings.ReplaceAll(full, "PATH", path) + "svloop: 4 bytes of the output of the program were lost\n"
	if log.String() != want {
		t.Errorf("logged %q, want %q", log, want)
	}
}

// A background process that holds the pipe open does not delay the exit.
func TestSinkDoesNotWaitForAnotherWriter(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	s, _ := sinkTo(t, path)
	conn, err := s.in.SyscallConn()
	check(t, err)
	var other *os.File
	check(t, conn.Control(func(fd uintptr) {
		other, err = os.OpenFile("/proc/self/fd/"+strconv.Itoa(int(fd)), os.O_WRONLY, 0)
	}))
	check(t, err)
	defer other.Close()
	write(t, s, "said\n")
	begin := time.Now()
	s.close()
	if took := time.Since(begin); took < drainTime || took > 30*time.Second {
		t.Errorf("it took %s", took)
	}
	wantFile(t, path, "said\n")
}

// Data that is still in the pipe at the exit, because the receiver is slow, is reported.
func TestSinkTellsWhatItLeaves(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "fifo")
	check(t, unix.Mkfifo(path, 0o600))
	reader, err := os.OpenFile(path, os.O_RDWR, 0)
	check(t, err)
	defer reader.Close()
	s, log := sinkTo(t, path)
	const written = 100000 // more than the FIFO can hold, but less than the FIFO and the pipe together
	write(t, s, strings.Repeat("x", written))
	s.close()
	held, err := unix.IoctlGetInt(int(reader.Fd()), unix.TIOCINQ)
	check(t, err)
	want := fmt.Sprintf("svloop: %d bytes of the output of the program were lost\n", written-held)
	if !strings.HasSuffix(log.String(), want) || held == written {
		t.Errorf("logged %q, want %q", log, want)
	}
}

// SIGHUP may arrive during the exit.
func TestSinkReopensWhileItCloses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	s, _ := sinkTo(t, path)
	var hup sync.WaitGroup
	hup.Go(func() {
		for range 100 {
			if err := s.reopen(); err != nil {
				t.Error(err)
			}
		}
	})
	s.close()
	hup.Wait()
	if s.file != nil {
		t.Error("a file is left open")
	}
}

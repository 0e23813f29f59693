package nowait

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fifo")
	check(t, unix.Mkfifo(path, 0o600))
	return path
}

func wantError(t *testing.T, err error, is error, text string) {
	t.Helper()
	if !errors.Is(err, is) || err.Error() != text {
		t.Errorf("%v, want %s", err, text)
	}
}

// A FIFO without another end returns an error, and never blocks.
func TestFIFOWithoutAnotherEnd(t *testing.T) {
	t.Parallel()
	path := fifo(t)
	_, err := Append(path)
	wantError(t, err, ErrNoReader, "open "+path+": a FIFO that no process has open for reading")
	_, err = Open(path, os.O_WRONLY|os.O_CREATE)
	wantError(t, err, ErrNoReader, "open "+path+": a FIFO that no process has open for reading")
	_, err = Open(path, os.O_RDONLY)
	wantError(t, err, ErrNoWriter, "open "+path+": a FIFO that no process has open for writing")
	_, err = OpenToRead(path)
	wantError(t, err, ErrNoWriter, "open "+path+": a FIFO that no process has open for writing")
}

// A FIFO with a writer, or with data of an earlier writer, is read from its first byte,
// also by a program that does not know this package.
// byte on, and by a program that knows nothing of this.
func TestFIFOToRead(t *testing.T) {
	t.Parallel()
	path := fifo(t)
	writer, err := os.OpenFile(path, os.O_RDWR, 0)
	check(t, err)
	defer writer.Close()
	f, err := Open(path, os.O_RDONLY)
	check(t, err)
	defer f.Close()
	flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFL, 0)
	check(t, err)
	if flags&unix.O_NONBLOCK != 0 {
		t.Error("the program would have a descriptor that does not block")
	}
	_, err = writer.WriteString("text")
	check(t, err)
	writer.Close()
	again, err := OpenToRead(path)
	check(t, err)
	defer again.Close()
	buf := make([]byte, 10)
	if n, err := again.Read(buf); err != nil || string(buf[:n]) != "text" {
		t.Errorf("read %q, %v", buf[:n], err)
	}
}

// A reader that hangs delays only the first write.
func TestWriterToAReaderThatHangs(t *testing.T) {
	t.Parallel()
	path := fifo(t)
	reader, err := os.OpenFile(path, os.O_RDWR, 0)
	check(t, err)
	defer reader.Close()
	w, err := Append(path)
	check(t, err)
	defer w.Close()
	long := []byte(strings.Repeat("x", 1<<20))
	n, err := w.Write(long)
	wantError(t, err, ErrBusy, "write "+path+": the receiver does not read")
	if n == 0 || !w.busy {
		t.Errorf("wrote %d bytes, busy %v", n, w.busy)
	}
	_, err = w.Write([]byte("x"))
	wantError(t, err, ErrBusy, "write "+path+": the receiver does not read")
	_, err = reader.Read(make([]byte, n))
	check(t, err)
	if m, err := w.Write([]byte("more")); m != 4 || err != nil || w.busy {
		t.Errorf("wrote %d bytes, %v, busy %v", m, err, w.busy)
	}
}

// The descriptor that other processes use stays blocking, but writes to it do not block.
func TestShared(t *testing.T) {
	t.Parallel()
	var pipe [2]int
	check(t, unix.Pipe2(pipe[:], unix.O_CLOEXEC))
	defer unix.Close(pipe[0])
	w := Shared(pipe[1], "stderr")
	defer w.Close()
	n, err := w.Write([]byte(strings.Repeat("x", 1<<20)))
	wantError(t, err, ErrBusy, "write stderr: the receiver does not read")
	flags, err := unix.FcntlInt(uintptr(pipe[1]), unix.F_GETFL, 0)
	if err != nil || n == 0 || flags&unix.O_NONBLOCK != 0 {
		t.Errorf("wrote %d, flags %#x, %v", n, flags, err)
	}
	unix.Close(pipe[0])
	_, err = w.Write([]byte("x"))
	wantError(t, err, unix.EPIPE, "write stderr: broken pipe")
}

// syslogAt uses a socket in a directory of the test instead of those of the host.
func syslogAt(t *testing.T) (path string) {
	t.Helper()
	before := syslogPaths
	path = filepath.Join(t.TempDir(), "log")
	syslogPaths = []string{path + ".none", path}
	t.Cleanup(func() { syslogPaths = before })
	return path
}

func listen(t *testing.T, path string) *net.UnixConn {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	check(t, err)
	return conn
}

func receive(t *testing.T, conn *net.UnixConn) string {
	t.Helper()
	buf := make([]byte, 1000)
	n, err := conn.Read(buf)
	check(t, err)
	return string(buf[:n])
}

func TestSyslog(t *testing.T) {
	path := syslogAt(t)
	_, err := OpenSyslog("tag")
	if !errors.Is(err, ErrNoSyslog) {
		t.Errorf("without a socket: %v", err)
	}
	check(t, os.Mkdir(path, 0o700))
	if _, err = OpenSyslog("tag"); !errors.Is(err, ErrNoSyslog) {
		t.Errorf("with a directory: %v", err)
	}
	check(t, os.Remove(path))
	left, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	check(t, err)
	check(t, unix.Bind(left, &unix.SockaddrUnix{Name: path}))
	check(t, unix.Close(left))
	_, err = OpenSyslog("tag")
	wantError(t, err, unix.ECONNREFUSED, "connect "+path+": connection refused")
	check(t, os.Remove(path))

	conn := listen(t, path)
	s, err := OpenSyslog("tag")
	check(t, err)
	defer s.Close()
	check(t, s.Send(Warning, "text\n"))
	if got := receive(t, conn); !strings.HasPrefix(got, "<28>") || !strings.Contains(got, " tag[") || !strings.HasSuffix(got, "]: text\n") {
		t.Errorf("%q", got)
	}

	// Only the first message waits; later the connection works again.
	for err = nil; err == nil; {
		err = s.Send(Info, "more")
	}
	wantError(t, err, ErrBusy, "send to "+path+": the receiver does not read")
	if err := s.Send(Info, "more"); !errors.Is(err, ErrBusy) || !s.busy {
		t.Errorf("%v, busy %v", err, s.busy)
	}
	receive(t, conn)
	check(t, s.Send(Info, "more"))
	if s.busy {
		t.Error("it is still busy")
	}

	// The syslog daemon was restarted.
	conn.Close()
	check(t, os.Remove(path))
	wantError(t, s.Send(Info, "gone"), ErrNoSyslog, ErrNoSyslog.Error())
	conn = listen(t, path)
	defer conn.Close()
	check(t, s.Send(Err, "again"))
	if got := receive(t, conn); !strings.HasPrefix(got, "<27>") || !strings.HasSuffix(got, ": again\n") {
		t.Errorf("%q", got)
	}
}

// Some syslog daemons listen for streams.
func TestSyslogStream(t *testing.T) {
	path := syslogAt(t)
	l, err := net.Listen("unix", path)
	check(t, err)
	defer l.Close()
	s, err := OpenSyslog("tag")
	check(t, err)
	defer s.Close()
	conn, err := l.Accept()
	check(t, err)
	defer conn.Close()
	check(t, s.Send(Info, "text"))
	if got := receive(t, conn.(*net.UnixConn)); !strings.HasSuffix(got, "]: text\n") {
		t.Errorf("%q", got)
	}
}

func TestIsSocket(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "log")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	check(t, err)
	defer l.Close()
	for path, want := range map[string]bool{path: true, dir: false, path + ".none": false, fifo(t): false} {
		if got := isSocket(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}

// TestAgain writes to a full pipe without blocking, although its descriptor blocks, and
// at the common position of a regular file.
func TestAgain(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	again := Again(int(w.Fd()), "pipe") // Fd makes the descriptor blocking
	defer again.Close()
	again.busy = true // do not wait
	if again.shared {
		t.Fatal("the pipe was not opened again")
	}
	if n, err := again.Write(make([]byte, 1<<20)); !errors.Is(err, ErrBusy) || n == 0 {
		t.Errorf("a full pipe: got %d, %v", n, err)
	}

	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString("one "); err != nil {
		t.Fatal(err)
	}
	if _, err := Again(int(file.Fd()), "file").Write([]byte("two ")); err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("three"); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file.Name()); string(text) != "one two three" {
		t.Errorf("the file contains %q, %v", text, err)
	}
}

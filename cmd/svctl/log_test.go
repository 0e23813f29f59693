package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/pkg/servicedef"
)

// TestLogger writes the messages of a level and above to their destination.
func TestLogger(t *testing.T) {
	t.Parallel()
	const all = "n: debug: 1\nn: info: 2\nn: warning: 3\n"
	for _, test := range []struct {
		log, level     string
		forPrograms    bool
		stdout, stderr string
	}{
		{"stdout", "debug", false, all, ""},
		{"stdout", "Info", false, all[len("n: debug: 1\n"):], ""},
		{"stdout", "warning", false, "n: warning: 3\n", ""},
		{"stdout", "error", false, "", ""},
		{"stdout", "critical", false, "", ""},
		{"stdout", "debug", true, "", all},
		{"null", "debug", false, "", ""},
	} {
		var stdout, stderr output
		l, err := newLogger(servicedef.Settings{Log: test.log, LogLevel: test.level, LogName: "n"}, &stdout, &stderr, test.forPrograms)
		if err != nil {
			t.Fatal(err)
		}
		l.Debug("%d", 1)
		l.Info("%d", 2)
		l.Warn("%d", 3)
		l.close()
		if stdout.String() != test.stdout || stderr.String() != test.stderr {
			t.Errorf("%+v: got %q and %q", test, stdout.String(), stderr.String())
		}
	}
}

// TestLogFile appends whole lines that begin with the time.
func TestLogFile(t *testing.T) {
	t.Parallel()
	file := writeFile(t, filepath.Join(t.TempDir(), "log"), "before\n", 0o644)
	settings := servicedef.Settings{Log: "file", LogFile: file, LogLevel: "info", LogName: "n"}
	l, err := newLogger(settings, &output{}, &output{}, true)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	const count = 50
	for i := range count {
		wait.Go(func() { l.Warn("line %d", i) })
		l.Debug("no line")
	}
	wait.Wait()
	l.close()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(fmt.Sprintf(`^before\n(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d) n: warning: line \d+\n){%d}$`, count))
	if !want.Match(text) {
		t.Errorf("got %s", text)
	}
	settings.LogFile = filepath.Join(file, "log")
	if l, err := newLogger(settings, &output{}, &output{}, false); l != nil || err == nil || err.Error() != "cannot open log: open "+settings.LogFile+": not a directory" {
		t.Errorf("got %v, %v", l, err)
	}
}

// fakeSyslog takes messages unless it is busy.
type fakeSyslog struct {
	busy bool
	got  []string
}

func (f *fakeSyslog) Send(severity nowait.Severity, text string) error {
	if f.busy {
		return nowait.ErrBusy
	}
	f.got = append(f.got, fmt.Sprint(int(severity), " ", text))
	return nil
}

func (f *fakeSyslog) Close() {}

// TestLogSyslogBusy counts what syslog has not taken, and says so as soon as it can.
func TestLogSyslogBusy(t *testing.T) {
	t.Parallel()
	var to fakeSyslog
	l := &logger{syslog: &to}
	l.Debug("a")
	to.busy = true
	l.Info("b")
	l.Warn("c")
	to.busy = false
	l.Info("d")
	l.Error("e")
	want := []string{"7 a", "4 syslog was busy: 2 messages are lost", "6 d", "3 e"}
	if !slices.Equal(to.got, want) {
		t.Errorf("got %q, want %q", to.got, want)
	}
}

// TestLogNeverBlocks counts what the reader of a pipe has not taken, and writes the count
// as soon as it reads.
func TestLogNeverBlocks(t *testing.T) {
	t.Parallel()
	reader, writer := io.Pipe()
	l, err := newLogger(servicedef.Settings{Log: "stdout", LogLevel: "info", LogName: "n"}, writer, &output{}, false)
	if err != nil {
		t.Fatal(err)
	}
	l.neverBlock()
	long := strings.Repeat("x", 100<<10)
	for range 4 {
		l.Info("%s", long)
	}
	line := "n: info: " + long + "\n"
	want := line + line + "n: warning: messages that could not be written and were lost: 2\n"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(reader, got); err != nil || string(got) != want {
		t.Errorf("got %.20q … %q, %v", got, got[2*len(line):], err)
	}
	go func() {
		l.Info("last")
		l.close()
		writer.Close()
	}()
	if rest, err := io.ReadAll(reader); string(rest) != "n: info: last\n" {
		t.Errorf("got %q, %v", rest, err)
	}
}

// TestLogReopenBlocked goes on with a new log file when nothing reads the old one.
func TestLogReopenBlocked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	l, err := newLogger(servicedef.Settings{Log: "file", LogFile: path, LogLevel: "info", LogName: "n"}, &output{}, &output{}, false)
	if err != nil {
		t.Fatal(err)
	}
	l.neverBlock()
	for range 4 {
		l.Info("%s", strings.Repeat("x", 100<<10))
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	l.reopen()
	l.Info("after")
	l.close()
	if text, err := os.ReadFile(path); !strings.HasSuffix(string(text), " n: info: after\n") {
		t.Errorf("got %q, %v", text, err)
	}
}

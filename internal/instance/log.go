package instance

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/nowait"
	"github.com/svloop/svloop/pkg/printable"
)

// logger carries svloop's own messages: to standard error in the foreground,
// to a file, or to syslog. None of them holds svloop up: what cannot be written
// is counted, and told of when it can be again.
type logger struct {
	name    string
	program string // named in front of each message, where those of many meet
	verbose bool

	mu     sync.Mutex
	stderr io.Writer      // in the foreground
	file   *nowait.Writer // --log FILE
	syslog *nowait.Syslog // when detached
	lost   int            // messages since the last that could be written
}

// tag is how the messages of this instance are marked, as syslog does it.
func (l *logger) tag() string { return fmt.Sprintf("%s[%d]", l.name, os.Getpid()) }

// newLogger makes one that writes to standard error.
func newLogger(name string, stderr io.Writer, verbose bool) *logger {
	if stderr == io.Writer(os.Stderr) {
		stderr = nowait.Shared(syscall.Stderr, os.Stderr.Name())
	}
	return &logger{name: printable.Text(name), stderr: stderr, verbose: verbose}
}

// toFile has the messages appended to a file.
func (l *logger) toFile(path string) error {
	f, err := nowait.Append(path)
	if err != nil {
		return fmt.Errorf("cannot open log file: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		l.file.Close()
	}
	l.file = f
	return nil
}

// toSyslog has the messages sent to the system's log.
func (l *logger) toSyslog() error {
	s, err := nowait.OpenSyslog(l.name)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stderr, l.syslog = nil, s
	if err != nil {
		return fmt.Errorf("cannot reach syslog: %w", err)
	}
	return nil
}

// path is where the log file is, empty without one.
func (l *logger) path() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return ""
	}
	return l.file.Name()
}

// reopen opens the log file anew, after it was moved away.
func (l *logger) reopen() {
	path := l.path()
	if path == "" {
		return
	}
	if err := l.toFile(path); err != nil {
		l.err("%v", err)
	}
}

func (l *logger) debug(format string, args ...any) {
	if l.verbose {
		l.write(nowait.Debug, fmt.Sprintf(format, args...))
	}
}

// note is for what happens in the course of things: a log has it, a terminal only
// with --debug.
func (l *logger) note(format string, args ...any) {
	l.mu.Lock()
	terminal := l.file == nil && l.syslog == nil
	l.mu.Unlock()
	if l.verbose || !terminal {
		l.write(nowait.Info, fmt.Sprintf(format, args...))
	}
}

func (l *logger) info(format string, args ...any) {
	l.write(nowait.Info, fmt.Sprintf(format, args...))
}
func (l *logger) warn(format string, args ...any) {
	l.write(nowait.Warning, fmt.Sprintf(format, args...))
}
func (l *logger) err(format string, args ...any) {
	l.write(nowait.Err, fmt.Sprintf(format, args...))
}

// write delivers a message, and before it the number of those that it could not
// deliver. There is nobody to tell when that fails.
func (l *logger) write(severity nowait.Severity, text string) {
	text = printable.Text(text) // a message is one line
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost > 0 {
		if l.deliver(nowait.Warning, fmt.Sprintf("messages that could not be written and were lost: %d", l.lost)) != nil {
			l.lost++
			return
		}
		l.lost = 0
	}
	if l.deliver(severity, text) != nil {
		l.lost++
	}
}

func (l *logger) deliver(severity nowait.Severity, text string) (err error) {
	if l.program != "" && (l.file != nil || l.syslog != nil) {
		text = l.program + ": " + text
	}
	switch {
	case l.file != nil:
		stamp := time.Now().Format("2006-01-02T15:04:05.000Z07:00")
		_, err = fmt.Fprintf(l.file, "%s %s: %s\n", stamp, l.tag(), text)
	case l.syslog != nil:
		err = l.syslog.Send(severity, text)
	case l.stderr != nil:
		_, err = fmt.Fprintf(l.stderr, "%s: %s\n", l.name, text)
	}
	return err
}

// linesOf returns what there is to say of an error, in lines that can be shown:
// each of several errors, and what one has beside its text.
func linesOf(err error) (lines []string) {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range several.Unwrap() {
			lines = append(lines, linesOf(err)...)
		}
		return lines
	}
	lines = append(lines, printable.Text(err.Error()))
	var said interface{ More() []string }
	if errors.As(err, &said) {
		lines = append(lines, said.More()...)
	}
	var hint interface{ Hint() string }
	if errors.As(err, &hint) && hint.Hint() != "" {
		lines = append(lines, "hint: "+hint.Hint())
	}
	return lines
}

package output

import (
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/pkg/printable"
)

// Log writes svloop's own messages to standard error in the foreground, to a
// file, or to syslog. It never blocks for long: messages that cannot be written
// are counted, and the count is logged as soon as writing succeeds again.
type Log struct {
	name    string
	program string // prefix of each message in a file or in syslog, which instances share
	verbose bool

	mu     sync.Mutex
	stderr io.Writer      // in the foreground
	file   *nowait.Writer // --log FILE
	syslog *nowait.Syslog // when detached
	lost   int            // messages that could not be written since the last success
}

// tag identifies the messages of this instance, in the format of syslog.
func (l *Log) tag() string { return fmt.Sprintf("%s[%d]", l.name, os.Getpid()) }

// NewLog returns a log that writes to standard error. Its messages name svloop
// and, outside of standard error, the program.
func NewLog(name, program string, stderr io.Writer, verbose bool) *Log {
	if stderr == io.Writer(os.Stderr) {
		stderr = nowait.Shared(syscall.Stderr, os.Stderr.Name())
	}
	return &Log{name: printable.Text(name), program: printable.Text(program), stderr: stderr, verbose: verbose}
}

// ToFile appends the messages to a file from now on.
func (l *Log) ToFile(path string) error {
	f, err := nowait.Append(path)
	if err != nil {
		return hint.ToWrite(fmt.Errorf("cannot open log file: %w", err))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		l.file.Close()
	}
	l.file = f
	return nil
}

// ToSyslog sends the messages to syslog from now on.
func (l *Log) ToSyslog() error {
	s, err := nowait.OpenSyslog(l.name)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stderr, l.syslog = nil, s
	if err != nil {
		return fmt.Errorf("cannot reach syslog: %w", err)
	}
	return nil
}

// path returns the path of the log file, empty without one.
func (l *Log) path() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return ""
	}
	return l.file.Name()
}

// Reopen opens the log file again, after a rotation has renamed it.
func (l *Log) Reopen() {
	path := l.path()
	if path == "" {
		return
	}
	if err := l.ToFile(path); err != nil {
		l.Err("%v", err)
	}
}

// Debug logs a message of --debug.
func (l *Log) Debug(format string, args ...any) {
	if l.verbose {
		l.write(nowait.Debug, fmt.Sprintf(format, args...))
	}
}

// Note logs an ordinary event: always to a file or syslog, to a terminal only with
// --debug.
func (l *Log) Note(format string, args ...any) {
	l.mu.Lock()
	terminal := l.file == nil && l.syslog == nil
	l.mu.Unlock()
	if l.verbose || !terminal {
		l.write(nowait.Info, fmt.Sprintf(format, args...))
	}
}

// Info logs the consequence of a request or of a decision of svloop.
func (l *Log) Info(format string, args ...any) {
	l.write(nowait.Info, fmt.Sprintf(format, args...))
}

// Warn logs a problem that svloop survives.
func (l *Log) Warn(format string, args ...any) {
	l.write(nowait.Warning, fmt.Sprintf(format, args...))
}

// Err logs a failure of svloop, or lost output.
func (l *Log) Err(format string, args ...any) {
	l.write(nowait.Err, fmt.Sprintf(format, args...))
}

// write writes a message, and before it the number of lost messages. A message that
// cannot be written is only counted.
func (l *Log) write(severity nowait.Severity, text string) {
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

func (l *Log) deliver(severity nowait.Severity, text string) (err error) {
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

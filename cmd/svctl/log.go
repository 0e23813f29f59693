package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// logger writes messages to the destination of the settings. It implements control.Log.
type logger struct {
	least  int // the index of the lowest level in servicedef.LogLevels
	name   string
	layout layout

	mu     sync.Mutex
	to     io.Writer // nil: nowhere, or syslog
	file   *os.File
	queue  *nowait.Queue // of a supervisor, for what is not a regular file
	syslog sender        // which may hang, and must not delay an action
	lost   int           // messages that syslog has not taken, since the last one that it has
}

// sender is a connection to syslog.
type sender interface {
	Send(nowait.Severity, string) error
	Close()
}

// layout is the form of a line in a log.
type layout int

const (
	ownLayout layout = iota
	oldLayout        // that of simplevisor, for programs that read its logs
)

// line returns the line for a message. It has the time unless another program adds one.
func (l *logger) line(level int, text string, now time.Time) string {
	name := servicedef.LogLevels[level]
	switch {
	case l.layout == oldLayout && l.syslog != nil:
		return fmt.Sprintf("[%s] %s", strings.ToUpper(name), text)
	case l.layout == oldLayout:
		return fmt.Sprintf("%s %s[%d]: [%s] %s", now.Format("2006-01-02 15:04:05,000"), l.name, os.Getpid(), strings.ToUpper(name), text)
	case l.syslog != nil:
		return text
	case l.file != nil:
		return fmt.Sprintf("%s %s: %s: %s", now.Format(time.RFC3339), l.name, name, text)
	}
	return fmt.Sprintf("%s: %s: %s", l.name, name, text)
}

func newLogger(s servicedef.Settings, stdout, stderr io.Writer, forPrograms bool) (*logger, error) {
	l := &logger{least: slices.Index(servicedef.LogLevels, strings.ToLower(s.LogLevel)), name: printable.Text(s.LogName)}
	var err error
	switch s.Log {
	case "stdout":
		l.to = stdout
		if forPrograms {
			l.to = stderr
		}
	case "file":
		l.file, err = openLogFile(s.LogFile)
		l.to = l.file
	case "syslog":
		to, missing := nowait.OpenSyslog(l.name)
		if missing == nil {
			l.syslog = to
		} else {
			// Continue without syslog: the service to be started may be syslog itself.
			l.to = stderr
			l.Warn("messages go to standard error: %v", missing)
		}
	}
	if err != nil {
		return nil, hint.ToWrite(fmt.Errorf("cannot open log: %w", err))
	}
	return l, nil
}

func openLogFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND|nonblock, 0o640)
}

// reopen opens the log file again, after a rotation has renamed it. If that fails, messages
// still go to the old one.
func (l *logger) reopen() {
	if l.file == nil {
		return
	}
	f, err := openLogFile(l.file.Name())
	if err != nil {
		l.Warn("cannot reopen log: %v", err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	old, queue := l.file, l.queue
	l.file, l.to = f, f
	if queue == nil {
		old.Close()
		return
	}
	l.queue = l.newQueue()
	go func() { // the reader of the old file may be the one that does not read
		queue.Close()
		old.Close()
	}()
}

// setLayout sets the form of the next lines.
func (l *logger) setLayout(layout layout) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.layout = layout
}

// neverBlock makes the logger of a supervisor continue while its destination is not read.
func (l *logger) neverBlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = l.newQueue()
}

// newQueue returns a queue for the destination. It returns nil if writes need no reader:
// for a regular file, and for syslog, which has its own count of lost messages.
func (l *logger) newQueue() *nowait.Queue {
	if l.to == nil {
		return nil
	}
	if f := fileBehind(l.to); f != nil {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return nil
		}
	}
	return nowait.NewQueue(l.to, func(count int) string {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.line(2, fmt.Sprintf("messages that could not be written and were lost: %d", count), time.Now()) + "\n"
	})
}

// openLog creates the logger. Actions that only read log little, and unprivileged users
// call them too, who cannot write to root's log file. If the log cannot be opened, such
// an action logs to standard error.
func (s *invocation) openLog(settings servicedef.Settings) (err error) {
	s.log, err = newLogger(settings, s.stdout, s.stderr, s.forPrograms())
	if err == nil && s.foreground && !s.detaches() {
		s.neverBlock()
	}
	if err == nil || s.changes() {
		return err
	}
	settings.Log = "stdout"
	s.log, _ = newLogger(settings, s.stderr, s.stderr, false) // no file is opened
	s.log.Warn("messages go to standard error: %v", err)
	return nil
}

func (l *logger) close() {
	l.finish()
	if l.file != nil {
		l.file.Close()
	}
	if l.syslog != nil {
		l.syslog.Close()
	}
}

// finish returns when all messages are written, or after a second if nothing reads them.
func (l *logger) finish() {
	if l.queue != nil {
		l.queue.Close()
	}
}

// Debug, Info and Warn implement control.Log.
func (l *logger) Debug(format string, args ...any) { l.write(0, format, args...) }

// Info implements control.Log.
func (l *logger) Info(format string, args ...any) { l.write(1, format, args...) }

// Warn implements control.Log.
func (l *logger) Warn(format string, args ...any) { l.write(2, format, args...) }

// Error writes a message about a failure that ends something.
func (l *logger) Error(format string, args ...any) { l.write(3, format, args...) }

// write writes a message. An error of the write has no place where it could be reported.
func (l *logger) write(level int, format string, args ...any) {
	if level < l.least {
		return
	}
	text := printable.Text(fmt.Sprintf(format, args...)) // a message is one line
	l.mu.Lock()
	defer l.mu.Unlock()
	line := l.line(level, text, time.Now())
	switch {
	case l.syslog != nil:
		l.send(level, line)
	case l.queue != nil:
		l.queue.Put(line + "\n")
	case l.to != nil:
		fmt.Fprintln(l.to, line)
	}
}

// send sends a line to syslog, and how many before it were lost.
func (l *logger) send(level int, line string) {
	if l.lost > 0 && l.syslog.Send(nowait.Warning, fmt.Sprintf("syslog was busy: %d messages are lost", l.lost)) == nil {
		l.lost = 0
	}
	if l.syslog.Send(severities[level], line) != nil {
		l.lost++
	}
}

// severities are those of the levels at which svctl logs.
var severities = []nowait.Severity{nowait.Debug, nowait.Info, nowait.Warning, nowait.Err}

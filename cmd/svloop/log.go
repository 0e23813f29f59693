package main

import (
	"fmt"
	"io"
	"log/syslog"
	"os"
	"sync"
	"time"
)

// logger carries svloop's own messages: to standard error in the foreground,
// to a file, or to syslog.
type logger struct {
	name    string
	verbose bool

	mu     sync.Mutex
	stderr io.Writer      // in the foreground
	file   *os.File       // --log FILE
	path   string         // of file
	syslog *syslog.Writer // when detached
}

// tag is how the messages of this instance are marked, as syslog does it.
func (l *logger) tag() string { return fmt.Sprintf("%s[%d]", l.name, os.Getpid()) }

// newLogger makes one that writes to standard error.
func newLogger(name string, stderr io.Writer, verbose bool) *logger {
	return &logger{name: name, stderr: stderr, verbose: verbose}
}

// toFile has the messages appended to a file.
func (l *logger) toFile(path string) error {
	f, err := openLog(path)
	if err != nil {
		return fmt.Errorf("cannot open log file: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		l.file.Close()
	}
	l.file, l.path = f, path
	return nil
}

// toSyslog has the messages sent to the system's log.
func (l *logger) toSyslog() error {
	w, err := syslog.New(syslog.LOG_DAEMON|syslog.LOG_INFO, l.name)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stderr = nil
	l.syslog = w
	if err != nil {
		l.syslog = nil
		return fmt.Errorf("cannot reach syslog: %w", err)
	}
	return nil
}

// reopen opens the log file anew, after it was moved away.
func (l *logger) reopen() {
	if l.path == "" {
		return
	}
	if err := l.toFile(l.path); err != nil {
		l.err("%v", err)
	}
}

func (l *logger) debug(format string, args ...any) {
	if l.verbose {
		l.write(syslog.LOG_DEBUG, fmt.Sprintf(format, args...))
	}
}

func (l *logger) info(format string, args ...any) {
	l.write(syslog.LOG_INFO, fmt.Sprintf(format, args...))
}
func (l *logger) warn(format string, args ...any) {
	l.write(syslog.LOG_WARNING, fmt.Sprintf(format, args...))
}
func (l *logger) err(format string, args ...any) {
	l.write(syslog.LOG_ERR, fmt.Sprintf(format, args...))
}

// write delivers a message. There is nobody to tell when that fails.
func (l *logger) write(priority syslog.Priority, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.file != nil:
		stamp := time.Now().Format("2006-01-02T15:04:05.000Z07:00")
		_, _ = fmt.Fprintf(l.file, "%s %s: %s\n", stamp, l.tag(), text)
	case l.syslog != nil:
		switch priority {
		case syslog.LOG_DEBUG:
			_ = l.syslog.Debug(text)
		case syslog.LOG_WARNING:
			_ = l.syslog.Warning(text)
		case syslog.LOG_ERR:
			_ = l.syslog.Err(text)
		default:
			_ = l.syslog.Info(text)
		}
	case l.stderr != nil:
		_, _ = fmt.Fprintf(l.stderr, "%s: %s\n", l.name, text)
	}
}

// openLog opens a file to append to, without ever making svloop's session
// acquire a terminal.
func openLog(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND|noTerminal, 0o640)
}

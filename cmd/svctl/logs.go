package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"github.com/svloop/svloop/internal/logfile"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
)

// logsAction prints the last lines of the logs of services, and follows them.
func logsAction(s *invocation) int {
	services, err := s.services()
	if err != nil {
		return complain(s.stderr, err)
	}
	surviveClosedPipe() // the answer is complete when its reader has enough
	l := &logs{invocation: s}
	l.find(services)
	if len(l.sources) > 0 {
		l.open()
		l.label()
		l.show()
	}
	if l.out != nil && l.out.closed() {
		return int(lsb.Done)
	}
	return int(l.code)
}

// logs is one run of the action.
type logs struct {
	*invocation
	sources []*logSource
	out     *logPrinter

	mu   sync.Mutex
	code lsb.Action
}

// logSource is one log of a service.
type logSource struct {
	service string // its path
	stream  string // stdout, stderr or log, if the service has several logs
	path    string // of the file
	journal []string
	label   string

	file  *logfile.File
	lines logfile.Lines
	said  string // the last problem
}

// problem reports a problem of a source once, and sets the exit status.
func (l *logs) problem(source *logSource, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err.Error() == source.said {
		return
	}
	source.said = err.Error()
	printable.Fprintf(l.stderr, "svctl: %s: %v\n", source.service, err)
	code := lsb.Failed
	if errors.Is(err, fs.ErrPermission) {
		code = lsb.NotPermitted
	}
	l.code = cmp.Or(l.code, code)
}

// unreadable reports that a file cannot be read.
func (l *logs) unreadable(source *logSource, err error) {
	if call, ok := errors.AsType[*fs.PathError](err); ok {
		err = fmt.Errorf("cannot %s %q: %w", call.Op, call.Path, call.Err)
	}
	l.problem(source, err)
}

// open opens the files. A file that does not exist yet is an error, unless it is followed.
func (l *logs) open() {
	kept := l.sources[:0]
	for _, source := range l.sources {
		if source.journal != nil {
			kept = append(kept, source)
			continue
		}
		var err error
		source.file, err = logfile.Open(source.path, l.showing.last())
		switch {
		case err == nil:
		case !errors.Is(err, fs.ErrNotExist):
			l.unreadable(source, err)
			continue
		case l.showing.follow:
			printable.Fprintf(l.stderr, "svctl: %s: waiting for file %q\n", source.service, source.path)
		default:
			printable.Fprintf(l.stderr, "svctl: %s: there is no file %q\n", source.service, source.path)
			l.code = cmp.Or(l.code, lsb.Failed)
			source.file.Close()
			continue
		}
		kept = append(kept, source)
	}
	l.sources = kept
}

// label names each source at the beginnings of its lines, if there are several.
func (l *logs) label() {
	l.out = newLogPrinter(l.invocation)
	if len(l.sources) < 2 {
		return
	}
	count := make(map[string]int)
	for _, source := range l.sources {
		count[source.service]++
	}
	for _, source := range l.sources {
		source.label = printable.Text(source.service)
		if count[source.service] > 1 {
			source.label += "(" + source.stream + ")"
		}
	}
	l.out.align(l.invocation, l.sources)
}

// show prints the last lines, and follows the logs.
func (l *logs) show() {
	var files []*logSource
	var journals []*logSource
	for _, source := range l.sources {
		if source.journal != nil {
			journals = append(journals, source)
		} else {
			files = append(files, source)
		}
	}
	readers := make([]io.Reader, len(files))
	lines := make([]*logfile.Lines, len(files))
	for i, source := range files {
		readers[i], lines[i] = source.file, &source.lines
	}
	for i, err := range logfile.Merge(readers, lines, func(i int, line []byte, begins bool) bool {
		l.out.line(files[i], line, begins)
		return !l.out.closed()
	}) {
		if err != nil {
			l.unreadable(files[i], err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	wait := l.runJournals(ctx, journals)
	switch {
	case !l.showing.follow:
		for _, source := range files {
			if rest, begins := source.lines.Rest(); len(rest) > 0 {
				l.out.line(source, rest, begins)
			}
			source.file.Close()
		}
	default:
		l.out.flush()
		l.out.whenClosed(cancel)
		if len(files) > 0 {
			l.follow(ctx, files)
			cancel() // also the commands
		}
	}
	wait()
	l.out.end()
}

// follow prints what is written to the files from now on. It returns when nobody reads the
// output any more.
func (l *logs) follow(ctx context.Context, files []*logSource) {
	watcher := logfile.NewWatcher()
	defer context.AfterFunc(ctx, watcher.Close)()
	defer watcher.Close()
	sources := make(map[*logfile.File]*logSource)
	work := make([]*logSource, 0, len(files))
	for _, source := range files {
		source.file.Follow()
		sources[source.file] = source
		work = append(work, source)
	}
	for {
		for len(work) > 0 && !l.out.closed() {
			var unread []*logSource
			for _, source := range work {
				watcher.Watch(source.file)
				if l.drain(source) {
					unread = append(unread, source)
				}
			}
			work = unread
			l.out.flush()
		}
		if l.out.closed() {
			return
		}
		changed, err := watcher.Wait()
		if err != nil {
			return
		}
		for _, file := range changed {
			work = append(work, sources[file])
		}
	}
}

// mostAtOnce is how many bytes of a log are printed before it is the turn of the others.
const mostAtOnce = 1 << 20

// drain prints what a log contains now. It returns true if there may be more: another log
// has its turn, or a rotation has begun another file, which has to be watched.
func (l *logs) drain(source *logSource) (more bool) {
	buf := make([]byte, 32<<10)
	for n := 0; n < mostAtOnce; {
		m, err := source.file.Read(buf)
		if m > 0 {
			n += m
			source.lines.Add(buf[:m])
			for line, begins := source.lines.Next(); line != nil; line, begins = source.lines.Next() {
				l.out.line(source, line, begins)
			}
			continue
		}
		if source.label == "" { // nobody else can write into an incomplete line
			if rest, begins := source.lines.Rest(); len(rest) > 0 {
				l.out.line(source, rest, begins)
			}
		}
		if !errors.Is(err, io.EOF) {
			l.unreadable(source, err)
			return false
		}
		again, err := source.file.Refresh()
		if err != nil {
			l.unreadable(source, err)
		}
		return again
	}
	return true
}

// nameList joins names for a message, and says how many more there are.
func nameList(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

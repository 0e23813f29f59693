package main

import (
	"bufio"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/svloop/svloop/internal/logfile"
	"github.com/svloop/svloop/pkg/printable"
)

// logPrinter prints whole lines of several logs, each with its label.
type logPrinter struct {
	mu       sync.Mutex
	to       *bufio.Writer
	delivery *delivery // behind it; nil in tests
	safe     bool      // escape characters that control a terminal
	prefix   map[*logSource]string
	open     *logSource // has an incomplete line, to which only it may add
	gone     atomic.Bool
}

func newLogPrinter(s *invocation) *logPrinter {
	d, _ := s.stdout.(*delivery)
	return &logPrinter{to: bufio.NewWriterSize(s.stdout, 32<<10), delivery: d, safe: isTerminal(s.stdout), prefix: make(map[*logSource]string)}
}

// labelColours are those of the labels, in turn. Red would look like a fault.
var labelColours = []string{"\x1b[36m", "\x1b[33m", "\x1b[32m", "\x1b[35m", "\x1b[34m"}

// align gives all labels the same width, and a colour to those of each service.
func (p *logPrinter) align(s *invocation, sources []*logSource) {
	width, colours := 0, make(map[string]string)
	for _, source := range sources {
		width = max(width, utf8.RuneCountInString(source.label))
		if _, known := colours[source.service]; !known {
			colours[source.service] = labelColours[len(colours)%len(labelColours)]
		}
	}
	for _, source := range sources {
		label := source.label + ":" + strings.Repeat(" ", width-utf8.RuneCountInString(source.label)+1)
		if s.colours() {
			label = colours[source.service] + label + "\x1b[0m"
		}
		p.prefix[source] = label
	}
}

// line prints a line or a piece of one.
func (p *logPrinter) line(source *logSource, line []byte, begins bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open != nil && p.open != source || begins && p.open != nil {
		_ = p.to.WriteByte('\n')
		begins = true
	}
	if begins {
		_, _ = p.to.WriteString(p.prefix[source])
	}
	ends := len(line) > 0 && line[len(line)-1] == '\n'
	if p.open = source; ends {
		p.open = nil
	}
	if !p.safe {
		_, _ = p.to.Write(line)
		return
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
	parts := strings.Split(text, "\t")
	for i, part := range parts {
		parts[i] = printable.Text(part)
	}
	_, _ = p.to.WriteString(strings.Join(parts, "\t"))
	if ends {
		_ = p.to.WriteByte('\n')
	}
}

// end writes what was printed, and ends an incomplete line with a label.
func (p *logPrinter) end() {
	if p.open != nil && p.prefix[p.open] != "" {
		_ = p.to.WriteByte('\n')
	}
	p.flush()
}

// flush writes what was printed.
func (p *logPrinter) flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.to.Flush()
	if p.delivery != nil && p.delivery.brokenPipe() {
		p.gone.Store(true)
	}
}

// closed reports whether nobody reads the output any more, or it cannot be written.
func (p *logPrinter) closed() bool { return p.gone.Load() || p.delivery != nil && p.delivery.broken() }

// whenClosed calls f when the reader of the output has closed it.
func (p *logPrinter) whenClosed(f func()) {
	if p.delivery == nil {
		return
	}
	file := fileBehind(p.delivery)
	if file == nil {
		return
	}
	closed := logfile.Closed(file)
	go func() {
		<-closed
		p.gone.Store(true)
		f()
	}()
}

package nagios

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/svloop/svloop/pkg/printable"
)

// MaxOutput is the maximum length of the output in bytes. Nagios reads 8 kB, and versions
// before 3.3 read 4 kB.
const MaxOutput = 4000

const (
	maxText = 500  // of the first line
	maxPerf = 2000 // of all performance data
	maxLine = 300  // of a line of the long output
)

// Result is what a plugin reports.
type Result struct {
	Service string // in capitals, before the state
	State   State
	Text    string
	Perf    []Perf   // always printed, as far as they fit
	Details []Perf   // printed only if all of them fit, so that a graph has no gaps
	Long    []string // lines, the most important first
}

// String returns the whole output. If not all lines of the long output fit, the last line
// has the number of those that are missing.
func (r Result) String() string {
	var b strings.Builder
	b.WriteString(cut(text(r.Service+" "+r.State.String()+": "+r.Text), maxText))
	if perf := r.perf(); perf != "" {
		b.WriteString(" | " + perf)
	}
	b.WriteString("\n")
	const room = len("… and 1000000000 more lines\n")
	for i, line := range r.Long {
		line = cut(text(line), maxLine) + "\n"
		if left := len(r.Long) - i; b.Len()+len(line)+room > MaxOutput {
			b.WriteString("… and " + printable.Count(left, "more line") + "\n")
			break
		}
		b.WriteString(line)
	}
	return b.String()
}

// perf returns the performance data that fit.
func (r Result) perf() string {
	text := joined(r.Perf)
	if whole := joined(slices.Concat(r.Perf, r.Details)); len(whole) <= maxPerf {
		text = whole
	}
	for n := len(r.Perf); len(text) > maxPerf; { // names may be long
		n--
		text = joined(r.Perf[:n])
	}
	return text
}

func joined(all []Perf) string {
	words := make([]string, len(all))
	for i, p := range all {
		words[i] = p.String()
	}
	return strings.Join(words, " ")
}

// cut returns at most this many bytes of a text.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	most -= len("…")
	for !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}

// Package printable makes text from other sources safe to print: arguments and names of
// processes, messages of programs, contents and names of files. Such a text could move
// the cursor of a terminal, hide what precedes it, or forge a line of a log. Each
// character that is neither visible nor a blank becomes an escape as in Go and C:
// , \x1b, \u202e; a byte that is not UTF-8 becomes \xe9. Text without such characters is
// unchanged, and so are backslashes: the result is for people, not for a program to
// parse.
//
// # Compatibility
//
// Exported names keep their meaning within a major version.
package printable

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Text returns a text as one line without control characters.
func Text(s string) string { return escape(s, -1) }

// Lines applies Text to each line of a text, and keeps the newlines.
func Lines(s string) string { return escape(s, '\n') }

// Excerpt returns at most this many bytes of a text, escaped, with … in place of the
// rest. A tab becomes a blank.
func Excerpt(s string, most int) string {
	end := ""
	if most < len(s) {
		for most > 0 && !utf8.RuneStart(s[most]) {
			most--
		}
		s, end = s[:most], "…"
	}
	return Text(strings.ReplaceAll(s, "\t", " ")) + end
}

func escape(s string, keep rune) string {
	plain := func(r rune) bool { return strconv.IsPrint(r) || r == keep }
	if utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case plain(r):
			b.WriteString(s[:size])
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return b.String()
}

// Raw is a text that [Fprintf] does not escape.
type Raw string

// Fprintf is [fmt.Fprintf] with [Text] applied to every argument except those of type
// [Raw]. The format is not escaped.
func Fprintf(w io.Writer, format string, args ...any) (int, error) {
	return fmt.Fprintf(w, format, escaped(args)...)
}

// Sprintf is [fmt.Sprintf] in the same way.
func Sprintf(format string, args ...any) string { return fmt.Sprintf(format, escaped(args)...) }

func escaped(args []any) []any {
	all := make([]any, len(args))
	for i, v := range args {
		all[i] = argument{v}
		if raw, ok := v.(Raw); ok {
			all[i] = raw
		}
	}
	return all
}

// argument is an argument that is escaped after its verb has formatted it.
type argument struct{ v any }

// Format implements [fmt.Formatter].
func (a argument) Format(f fmt.State, verb rune) {
	_, _ = io.WriteString(f, Text(fmt.Sprintf(fmt.FormatString(f, verb), a.v)))
}

// Count returns a number with its noun: "1 service", "2 services".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

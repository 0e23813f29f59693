package systemd

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/svloop/svloop/internal/export"
)

// plainWord matches words that need no escape in a command line of a unit, except for %.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// unitWord escapes one word of a command line, or one variable of Environment=
// (systemd.syntax(7), "Quoting"): a % begins a specifier, the rest is as in C. Bytes
// that are not UTF-8 are written in hexadecimal, because systemd ignores a line that
// is not UTF-8.
func unitWord(word string) string {
	escaped := strings.ReplaceAll(word, "%", "%%")
	if plainWord.MatchString(word) {
		return escaped
	}
	var b strings.Builder
	b.WriteByte('"')
	for len(escaped) > 0 {
		r, size := utf8.DecodeRuneInString(escaped)
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteByte(escaped[0])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f || r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, escaped[0])
		default:
			b.WriteString(escaped[:size])
		}
		escaped = escaped[size:]
	}
	b.WriteByte('"')
	return b.String()
}

// unitCommand escapes a command line. The prefix : disables variables, which begin
// with $; $$ would not work in the path of the program (systemd.service(5), "Command
// lines").
func unitCommand(argv []string) string {
	words := slices.Clone(argv)
	if strings.Contains(strings.Join(argv, ""), "$") {
		words[0] = ":" + words[0]
	}
	for i, word := range words {
		words[i] = unitWord(word)
	}
	return strings.Join(words, " ")
}

// nameable reports whether systemd accepts this name of a program: it refuses quotes,
// backslashes and control characters (string_is_safe in its source), and would treat the
// first character of some names as a prefix.
func nameable(program string) bool {
	return utf8.ValidString(program) && !strings.ContainsAny(program, `"'\`) && !hasControl(program) &&
		!strings.ContainsRune("@-:+!|", rune(program[0])) && !climbs(program)
}

// plainText reports whether a text can be the whole value of an option, where quotes have
// no meaning and surrounding blanks are removed.
func plainText(text string) bool {
	return utf8.ValidString(text) && !hasControl(text) && strings.TrimSpace(text) == text && !strings.HasSuffix(text, `\`)
}

// plainPath is plainText for a path. systemd refuses paths that contain "..".
func plainPath(path string) bool {
	return plainText(path) && filepath.IsAbs(path) && !climbs(path)
}

func climbs(path string) bool { return slices.Contains(strings.Split(path, "/"), "..") }

func hasControl(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// span formats a duration in seconds, rounded up to microseconds, the unit of systemd: 0
// often means no limit.
func span(d time.Duration) string {
	return export.Seconds((d + time.Microsecond - 1).Truncate(time.Microsecond))
}

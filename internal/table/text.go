package table

import (
	"strings"

	"github.com/rivo/uniseg"
)

const ellipsis = "…"

// Width returns the number of columns that a text takes on a terminal: two for most
// characters of East Asia, none for combining characters (Unicode, UAX 11 and UAX 29).
func Width(text string) int {
	if isPlain(text) {
		return len(text) // nearly every text
	}
	return uniseg.StringWidth(text)
}

// isPlain reports whether a text consists of printable ASCII characters.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// Shorten returns a text of at most this many columns, with … in place of its middle. The
// end of a name distinguishes it as well as its beginning.
func Shorten(text string, columns int) string {
	switch {
	case Width(text) <= columns:
		return text
	case columns < 1:
		return ""
	}
	parts := characters(text)
	head, left := 0, (columns-1)/2
	for left >= parts[head].width {
		left -= parts[head].width
		head++
	}
	tail, left := len(parts), columns-1-(columns-1)/2
	for tail > head && left >= parts[tail-1].width {
		tail--
		left -= parts[tail].width
	}
	return join(parts[:head]) + ellipsis + join(parts[tail:])
}

// Wrap breaks a text into lines of at most this many columns, at blanks if possible. The
// lines have an indentation, unless it takes more than half of them. A character that is
// wider than a line is replaced by ….
func Wrap(text string, columns, indent int) []string {
	if columns < 1 {
		return []string{strings.Repeat(" ", indent) + text}
	}
	if indent > columns/2 {
		indent = 0
	}
	var lines []string
	space, room := strings.Repeat(" ", indent), columns-indent
	line, width := "", 0
	flush := func() {
		lines = append(lines, space+line)
		line, width = "", 0
	}
	for word := range strings.FieldsSeq(text) {
		if line != "" && width+1+Width(word) <= room {
			line, width = line+" "+word, width+1+Width(word)
			continue
		}
		if line != "" {
			flush()
		}
		for _, c := range characters(word) {
			if c.width > room {
				c = character{ellipsis, 1}
			}
			if width+c.width > room {
				flush()
			}
			line, width = line+c.text, width+c.width
		}
	}
	if line != "" || len(lines) == 0 {
		flush()
	}
	return lines
}

// character is what a reader takes for one character, such as a letter with its accents.
type character struct {
	text  string
	width int
}

func characters(text string) []character {
	var all []character
	for state := -1; text != ""; {
		var c character
		c.text, text, c.width, state = uniseg.FirstGraphemeClusterInString(text, state)
		all = append(all, c)
	}
	return all
}

func join(parts []character) string {
	var text strings.Builder
	for _, c := range parts {
		text.WriteString(c.text)
	}
	return text.String()
}

package pyregexp

import (
	"fmt"
	"strings"
	"unicode"
)

// writeSet writes set in the syntax that both engines share. Only the characters
// up to last matter.
func writeSet(b *strings.Builder, set charset, last rune) {
	set = set.upTo(last)
	rest := set.complement().upTo(last)
	switch {
	case len(set) == 1 && set[0].lo == set[0].hi:
		writeRune(b, set[0].lo)
	case len(set) == 0:
		// All characters, negated.
		writeBrackets(b, "[^", rest)
	case len(rest) > 0 && len(rest) < len(set):
		writeBrackets(b, "[^", rest)
	default:
		writeBrackets(b, "[", set)
	}
}

func writeBrackets(b *strings.Builder, open string, set charset) {
	b.WriteString(open)
	for _, s := range set {
		writeRune(b, s.lo)
		if s.hi > s.lo {
			b.WriteByte('-')
			writeRune(b, s.hi)
		}
	}
	b.WriteByte(']')
}

// writeRune writes a character without any special meaning for an engine. A
// surrogate, which no string can contain, is written as a number.
func writeRune(b *strings.Builder, r rune) {
	switch {
	case r <= unicode.MaxASCII && asciiWord.contains(r):
		b.WriteRune(r)
	case r <= 0xFF:
		fmt.Fprintf(b, `\x%02x`, r)
	case r <= 0xFFFF:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		b.WriteRune(r)
	}
}

// writeCounts writes the counts of a repeat.
func writeCounts(b *strings.Builder, n *repeat) {
	switch {
	case n.min == 0 && n.max == unlimited:
		b.WriteByte('*')
	case n.min == 1 && n.max == unlimited:
		b.WriteByte('+')
	case n.min == 0 && n.max == 1:
		b.WriteByte('?')
	case n.max == unlimited:
		fmt.Fprintf(b, "{%d,}", n.min)
	default:
		fmt.Fprintf(b, "{%d,%d}", n.min, n.max)
	}
}

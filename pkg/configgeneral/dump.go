package configgeneral

import (
	"fmt"
	"unicode/utf8"
)

// Dump returns the tree as indented JSON, in the order of the entries.
// [ParseJSON] reads it. A byte that is not UTF-8 becomes the escape of a lone low
// surrogate, \udc80 to \udcff.
func Dump(v *Value) []byte {
	return append(appendValue(nil, v, "\n"), '\n')
}

// appendValue appends v. newline is a line break followed by the indentation of
// v.
func appendValue(out []byte, v *Value, newline string) []byte {
	inner := newline + "  "
	switch v.Kind {
	case Scalar:
		return appendString(out, v.Text)
	case Array:
		out = append(out, '[')
		for i, element := range v.List {
			out = appendSeparator(out, i, inner)
			out = appendValue(out, element, inner)
		}
		return appendEnd(out, len(v.List), newline, ']')
	case Map:
		out = append(out, '{')
		for i, entry := range v.entries {
			out = appendSeparator(out, i, inner)
			out = appendString(out, entry.Key)
			out = append(out, ": "...)
			out = appendValue(out, entry.Value, inner)
		}
		return appendEnd(out, len(v.entries), newline, '}')
	}
	return append(out, "null"...)
}

func appendSeparator(out []byte, i int, newline string) []byte {
	if i > 0 {
		out = append(out, ',')
	}
	return append(out, newline...)
}

func appendEnd(out []byte, count int, newline string, bracket byte) []byte {
	if count > 0 {
		out = append(out, newline...)
	}
	return append(out, bracket)
}

func appendString(out []byte, s string) []byte {
	out = append(out, '"')
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			out = fmt.Appendf(out, `\u%04x`, surrogateEscape+rune(s[0]))
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '\n':
			out = append(out, `\n`...)
		case r == '\t':
			out = append(out, `\t`...)
		case r < ' ' || r == 0x7f:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = append(out, s[:size]...)
		}
		s = s[size:]
	}
	return append(out, '"')
}

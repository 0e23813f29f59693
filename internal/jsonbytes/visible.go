package jsonbytes

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
)

// Visible returns a JSON text with escapes in place of the characters that are not
// printable, as package printable has it. JSON asks for the escapes of those below
// U+0020 only, but a terminal acts on others too: the controls from U+0080 to
// U+009F, and marks that change the direction of a text. In JSON such characters
// stand in strings only, apart from line ends.
func Visible(text []byte) []byte {
	plain := func(r rune) bool { return strconv.IsPrint(r) || r == '\n' }
	if !bytes.ContainsFunc(text, func(r rune) bool { return !plain(r) }) {
		return text
	}
	out := make([]byte, 0, len(text)+len(text)/8)
	for _, r := range string(text) {
		switch high, low := utf16.EncodeRune(r); {
		case plain(r):
			out = append(out, string(r)...)
		case r > 0xffff:
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}

package jsonbytes

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
)

// Visible returns a JSON text with escapes for all characters that are not printable, as
// in package printable. JSON requires escapes only below U+0020, but a terminal also acts
// on the controls from U+0080 to U+009F, and on marks that change the direction of text.
// Apart from newlines, such characters occur only in JSON strings.
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

package configgeneral

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// surrogateEscape plus a byte above 0x7f is the lone surrogate for that byte, as
// in Python's surrogateescape (PEP 383).
const surrogateEscape = 0xdc00

// unquoteJSON decodes a string literal whose syntax was checked before. Bytes
// that are not UTF-8 are kept.
func unquoteJSON(literal string) string {
	s := literal[1 : len(literal)-1]
	var out strings.Builder
	for {
		plain, escape, found := strings.Cut(s, `\`)
		out.WriteString(plain)
		if !found {
			return out.String()
		}
		s = escape[1:]
		switch c := escape[0]; c {
		case 'b':
			out.WriteByte('\b')
		case 'f':
			out.WriteByte('\f')
		case 'n':
			out.WriteByte('\n')
		case 'r':
			out.WriteByte('\r')
		case 't':
			out.WriteByte('\t')
		case 'u':
			r := codeUnit(s)
			s = s[4:]
			if rest, ok := strings.CutPrefix(s, `\u`); ok && utf16.IsSurrogate(r) {
				if pair := utf16.DecodeRune(r, codeUnit(rest)); pair != utf8.RuneError {
					r, s = pair, rest[4:]
				}
			}
			writeRune(&out, r)
		default:
			out.WriteByte(c)
		}
	}
}

func codeUnit(hex string) rune {
	n, _ := strconv.ParseUint(hex[:4], 16, 16) // four hex digits: checked before
	return rune(n)
}

func writeRune(out *strings.Builder, r rune) {
	if surrogateEscape+0x80 <= r && r <= surrogateEscape+0xff {
		out.WriteByte(byte(r - surrogateEscape))
		return
	}
	out.WriteRune(r)
}

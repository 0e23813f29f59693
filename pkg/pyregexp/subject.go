package pyregexp

import "unicode/utf8"

// surrogateBase plus a byte that is not text is the character for that byte: the
// rule of Python's surrogateescape error handler (PEP 383).
const surrogateBase = 0xDC00

// decodeRune returns the first character of s and its length in bytes.
func decodeRune(s string) (rune, int) {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 {
		return surrogateBase + rune(s[0]), 1
	}
	return r, size
}

func decode(s string) []rune {
	runes := make([]rune, 0, len(s))
	for len(s) > 0 {
		r, size := decodeRune(s)
		runes = append(runes, r)
		s = s[size:]
	}
	return runes
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

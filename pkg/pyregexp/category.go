package pyregexp

import (
	"sync"
	"unicode"
)

// The categories with the flag a: Python documentation, "Regular Expression
// Syntax", \d, \s and \w.
var (
	asciiDigit = newCharset(span{'0', '9'})
	asciiSpace = newCharset(span{'\t', '\r'}, span{' ', ' '})
	asciiWord  = newCharset(span{'0', '9'}, span{'A', 'Z'}, span{'_', '_'}, span{'a', 'z'})
)

// The categories without the flag a are those of str.isdecimal, str.isspace, and
// str.isalnum or an underscore. Space differs from the Unicode property
// White_Space by the four separators from U+001C on.
var (
	unicodeDigit = sync.OnceValue(func() charset { return fromTables(unicode.Nd) })
	unicodeSpace = sync.OnceValue(func() charset {
		return newCharset(append(fromTables(unicode.White_Space), span{0x1C, 0x1F})...)
	})
	unicodeWord = sync.OnceValue(func() charset {
		return newCharset(append(fromTables(unicode.L, unicode.N), span{'_', '_'})...)
	})
)

// category returns the set of \d, \D, \s, \S, \w or \W.
func category(letter rune, f flags) (charset, bool) {
	switch letter {
	case 'd':
		return digits(f), true
	case 'D':
		return digits(f).complement(), true
	case 's':
		return spaces(f), true
	case 'S':
		return spaces(f).complement(), true
	case 'w':
		return words(f), true
	case 'W':
		return words(f).complement(), true
	}
	return nil, false
}

func digits(f flags) charset {
	if f.has(flagASCII) {
		return asciiDigit
	}
	return unicodeDigit()
}

func spaces(f flags) charset {
	if f.has(flagASCII) {
		return asciiSpace
	}
	return unicodeSpace()
}

func words(f flags) charset {
	if f.has(flagASCII) {
		return asciiWord
	}
	return unicodeWord()
}

func fromTables(tables ...*unicode.RangeTable) charset {
	var spans []span
	add := func(lo, hi, stride rune) {
		if stride == 1 {
			spans = append(spans, span{lo, hi})
			return
		}
		for r := lo; r <= hi; r += stride {
			spans = append(spans, span{r, r})
		}
	}
	for _, table := range tables {
		for _, r := range table.R16 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range table.R32 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return newCharset(spans...)
}

package pyregexp

import "unicode"

// irregularCases are the characters that (?i) treats as equal although package
// unicode does not define this in both directions: simple case folding
// distinguishes them, or one has no simple upper case. Python compares lower-case
// letters and adds those with the same full upper case (re._casefix). This makes
// the Turkic i equal to the others, and the ligatures equal to each other.
var irregularCases = [][]rune{
	{'I', 'i', 'İ', 'ı'},
	{'ß', 'ẞ'},
	{0x0390, 0x1FD3},
	{0x03B0, 0x1FE3},
	{0xFB05, 0xFB06},
}

// fold adds to set every character that (?i) treats as equal to a character in
// it.
func fold(set charset, f flags) charset {
	if f.has(flagASCII) {
		return foldASCII(set)
	}
	folded := append([]span(nil), set...)
	add := func(r rune) { folded = append(folded, span{r, r}) }
	for _, s := range set {
		for _, c := range unicode.CaseRanges {
			for r := max(s.lo, rune(c.Lo)); r <= min(s.hi, rune(c.Hi)); r++ {
				for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
					add(other)
				}
			}
		}
	}
	for _, class := range irregularCases {
		for _, r := range class {
			if set.contains(r) {
				for _, other := range class {
					add(other)
				}
				break
			}
		}
	}
	return newCharset(folded...)
}

func foldASCII(set charset) charset {
	const distance = 'a' - 'A'
	folded := append([]span(nil), set...)
	for _, s := range set {
		if lo, hi := max(s.lo, 'A'), min(s.hi, 'Z'); lo <= hi {
			folded = append(folded, span{lo + distance, hi + distance})
		}
		if lo, hi := max(s.lo, 'a'), min(s.hi, 'z'); lo <= hi {
			folded = append(folded, span{lo - distance, hi - distance})
		}
	}
	return newCharset(folded...)
}

// isCased reports whether (?i) treats r as equal to another character.
func isCased(r rune) bool {
	return unicode.SimpleFold(r) != r
}

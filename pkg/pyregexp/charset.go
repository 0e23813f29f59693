package pyregexp

import (
	"cmp"
	"slices"
	"unicode"
)

// span is an inclusive range of characters.
type span struct{ lo, hi rune }

// charset is a set of characters: sorted spans that do not touch.
type charset []span

func newCharset(spans ...span) charset {
	sorted := slices.SortedFunc(slices.Values(spans), func(a, b span) int {
		return cmp.Compare(a.lo, b.lo)
	})
	var set charset
	for _, s := range sorted {
		if last := len(set) - 1; last >= 0 && s.lo <= set[last].hi+1 {
			set[last].hi = max(set[last].hi, s.hi)
		} else {
			set = append(set, s)
		}
	}
	return set
}

func single(r rune) charset {
	return charset{{r, r}}
}

// complement returns the characters that are not in set.
func (set charset) complement() charset {
	var rest charset
	next := rune(0)
	for _, s := range set {
		if s.lo > next {
			rest = append(rest, span{next, s.lo - 1})
		}
		next = s.hi + 1
	}
	if next <= unicode.MaxRune {
		rest = append(rest, span{next, unicode.MaxRune})
	}
	return rest
}

// upTo returns the characters of set that are not above last.
func (set charset) upTo(last rune) charset {
	var low charset
	for _, s := range set {
		if s.lo <= last {
			low = append(low, span{s.lo, min(s.hi, last)})
		}
	}
	return low
}

func (set charset) contains(r rune) bool {
	_, found := slices.BinarySearchFunc(set, r, func(s span, r rune) int {
		switch {
		case s.hi < r:
			return -1
		case s.lo > r:
			return +1
		}
		return 0
	})
	return found
}

package configgeneral

import "strings"

// wildcard matches one element of a path.
type wildcard []symbol

// symbol matches one byte, or any number of bytes if any and many are set.
type symbol struct {
	any, many bool
	bytes     *byteSet // nil: only literal matches
	literal   byte
}

type byteSet [256]bool

func (s symbol) matches(c byte) bool {
	switch {
	case s.any:
		return true
	case s.bytes != nil:
		return s.bytes[c]
	}
	return s.literal == c
}

func compileElement(element string) wildcard {
	var w wildcard
	for i := 0; i < len(element); i++ {
		switch c := element[i]; c {
		case '*':
			w = append(w, symbol{any: true, many: true})
		case '?':
			w = append(w, symbol{any: true})
		case '[':
			set, length := compileSet(element[i:])
			if length > 0 {
				w = append(w, symbol{bytes: set})
				i += length - 1
			} else {
				w = append(w, symbol{literal: c})
			}
		case '\\':
			if i+1 < len(element) {
				i++
			}
			w = append(w, symbol{literal: element[i]})
		default:
			w = append(w, symbol{literal: c})
		}
	}
	return w
}

// compileSet reads "[a-z]" or "[!a-z]" and returns its length, or 0 if no "]"
// closes it. A leading "]" is a member.
func compileSet(s string) (*byteSet, int) {
	i := 1
	negated := strings.HasPrefix(s[i:], "!")
	if negated {
		i++
	}
	if i >= len(s) || strings.IndexByte(s[i+1:], ']') < 0 {
		return nil, 0
	}
	var set byteSet
	for first := true; first || s[i] != ']'; first = false {
		low, high := s[i], s[i]
		i++
		if i+1 < len(s) && s[i] == '-' && s[i+1] != ']' {
			high = s[i+1]
			i += 2
		}
		for c := int(low); c <= int(high); c++ {
			set[c] = true
		}
		if i >= len(s) {
			return nil, 0 // the only "]" is the end of a range
		}
	}
	if negated {
		for c := range set {
			set[c] = !set[c]
		}
	}
	return &set, i + 1
}

// literal returns the only name that w matches, if there is only one.
func (w wildcard) literal() (string, bool) {
	name := make([]byte, len(w))
	for i, s := range w {
		if s.any || s.bytes != nil {
			return "", false
		}
		name[i] = s.literal
	}
	return string(name), true
}

// match backtracks only to the last "*", so that its time is at most the product
// of both lengths.
func (w wildcard) match(name string) bool {
	at, star, starAt := 0, -1, 0
	for i := 0; i < len(name); {
		switch {
		case at < len(w) && w[at].many:
			star, starAt = at, i
			at++
		case at < len(w) && w[at].matches(name[i]):
			at++
			i++
		case star >= 0:
			starAt++
			at, i = star+1, starAt
		default:
			return false
		}
	}
	for at < len(w) && w[at].many {
		at++
	}
	return at == len(w)
}

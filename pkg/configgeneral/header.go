package configgeneral

import "strings"

// readHeader splits the text between < and > into key and name, each of which may
// be quoted. A single quoted text is a key, including its blanks.
func (b *Block) readHeader(t Text) error {
	b.Key = t
	if inner, rest, ok := leadingQuoted(t); ok {
		if rest.s == "" {
			b.Key = inner
			return nil
		}
		if isBlank(rest.s[0]) {
			if inner.s == "0" {
				return lossAt(t.Pos(0), `a block cannot have the quoted key "0": write it without quotes`)
			}
			b.Key = inner
			return b.readName(rest.trimLeft())
		}
	}
	switch blank := strings.IndexAny(t.s, blanks); {
	case blank == 0:
		return nil // a header that begins with a blank is one key
	case blank > 0:
		b.Key = t.upTo(blank)
		return b.readName(t.from(blank).trimLeft())
	}
	return nil
}

func (b *Block) readName(t Text) error {
	b.Name, b.Named = t, true
	if inner, rest, ok := leadingQuoted(t); ok && rest.s == "" {
		if inner.s == "0" {
			return lossAt(t.Pos(0), `a block cannot have the quoted name "0": write it without quotes`)
		}
		b.Name = inner
	}
	return nil
}

// leadingQuoted splits a quoted text that is not empty off the front of t.
func leadingQuoted(t Text) (inner, rest Text, ok bool) {
	if !strings.HasPrefix(t.s, `"`) {
		return inner, rest, false
	}
	length := strings.IndexByte(t.s[1:], '"')
	if length < 1 {
		return inner, rest, false
	}
	return t.slice(1, length+1), t.from(length + 2), true
}

package configgeneral

import "strings"

// removeBlockComment removes a /* comment */ within t, and tracks comments that
// span lines. A comment that starts after other text does not span lines.
func (s *scanner) removeBlockComment(t Text) Text {
	if strings.IndexByte(t.s, '*') < 0 {
		return t
	}
	last := strings.LastIndex(t.s, "*/")
	first := strings.Index(t.s, "/*")
	switch {
	case first >= 0 && last >= first+2:
		before := t.upTo(first).trimRight()
		after := t.from(last + 2).trimLeft()
		var b textBuilder
		b.add(before)
		b.add(after)
		return b.text()
	case first >= 0 && strings.TrimLeft(t.s[:first], blanks) == "":
		// "/*/" does not open a comment, but it closes one.
		s.inComment = !strings.HasSuffix(strings.TrimRight(t.s, blanks), "*/")
	case last >= 0:
		s.inComment = false
		return t.from(last + 2)
	}
	return t
}

// removeLineComment cuts t at the first # that does not follow a backslash.
func removeLineComment(t Text) Text {
	for i := 0; ; i++ {
		next := strings.IndexByte(t.s[i:], '#')
		if next < 0 {
			return t
		}
		i += next
		if i == 0 || t.s[i-1] != '\\' {
			return t.upTo(i)
		}
	}
}

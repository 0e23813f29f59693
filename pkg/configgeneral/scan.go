package configgeneral

import "strings"

// scanner converts the physical lines of one file to logical lines. The order of
// the steps in its method line is part of the grammar.
type scanner struct {
	src    *source
	parser *parser

	inComment bool
	doc       *hereDoc

	long      textBuilder
	continued bool // the next line continues long; backslash is where
	backslash Pos
}

func (s *scanner) scan(data string) error {
	for number := 1; data != ""; number++ {
		var line string
		line, data, _ = strings.Cut(data, "\n")
		if err := s.line(Text{s: line, src: s.src, line: number, col: 1}); err != nil {
			return err
		}
	}
	switch {
	case s.doc != nil:
		return lossAt(s.doc.key.Pos(0), "here-document %q is not closed: add a line with only %q", s.doc.key.s, s.doc.end)
	case s.continued:
		return lossAt(s.backslash, "the file ends where a continuation line must follow: remove the backslash")
	}
	return nil
}

func (s *scanner) line(t Text) error {
	if s.doc != nil {
		return s.hereDocLine(t)
	}
	t = s.removeBlockComment(t)
	if s.inComment {
		return nil
	}
	t = removeLineComment(t)

	if n := len(t.s); endsInBackslash(t.s) {
		s.continued, s.backslash = true, t.Pos(n-1)
		s.long.add(t.upTo(n - 1).trimLeft())
		return nil
	}
	if len(s.long.buf) == 0 {
		s.continued = false
	}
	if opening, closing, ok := splitEmptyBlock(t); ok {
		if err := s.parser.line(opening); err != nil {
			return err
		}
		return s.parser.line(closing)
	}
	if doc, ok := findHereDoc(t); ok {
		s.doc = doc
		return doc.check()
	}
	if s.holdsContinuation() {
		s.long.add(t.trimLeft())
		whole := s.long.text()
		s.long, s.continued = textBuilder{}, false
		return s.parser.line(whole.trim())
	}
	if t = t.trim(); t.s == "" {
		return nil
	}
	if name, ok := includeName(t); ok {
		return s.parser.include(name, t.Pos(0), s.src)
	}
	return s.parser.line(t)
}

// holdsContinuation reports whether the next line continues an earlier one. The
// original treats a lone "0" as empty, and inserts it before the next continued
// line.
func (s *scanner) holdsContinuation() bool {
	return len(s.long.buf) > 0 && string(s.long.buf) != "0"
}

func (s *scanner) hereDocLine(t Text) error {
	indent, ok := s.doc.endsAt(t.s)
	if !ok {
		s.doc.lines = append(s.doc.lines, t)
		return nil
	}
	doc := s.doc
	s.doc = nil
	s.parser.assign(doc.key, doc.text(indent), true)
	return nil
}

func endsInBackslash(s string) bool {
	return strings.HasSuffix(s, `\`) && !strings.HasSuffix(s, `\\`)
}

// splitEmptyBlock splits <name .../> into the lines <name ...> and </name>. Only
// a "/>" at the very end loses its slash. Before trailing blanks (a carriage
// return is one) the slash stays part of the name.
func splitEmptyBlock(t Text) (opening, closing Text, ok bool) {
	body := strings.TrimRight(t.s, blanks)
	if !strings.HasSuffix(body, "/>") {
		return opening, closing, false
	}
	slash := len(body) - 2
	for i := range slash - 1 {
		if body[i] != '<' || body[i+1] == '/' {
			continue
		}
		name := body[i+1 : slash]
		if blank := strings.IndexAny(name, blanks); blank >= 0 {
			name = name[:blank]
		}
		closing = t.from(i)
		closing.s, closing.cuts = "</"+name+">", nil
		opening = t
		if len(body) == len(t.s) {
			opening.s = t.s[:slash] + ">"
		}
		return opening.trim(), closing, true
	}
	return opening, closing, false
}

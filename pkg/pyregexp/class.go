package pyregexp

import "unicode"

// classItem is one member of a bracket expression: a character, or a category
// such as \d.
type classItem struct {
	r        rune
	category charset
}

// class parses a bracket expression after its opening bracket. In Python
// [[:alpha:]], && and -- have no special meaning: it prints a warning and uses
// the characters.
func (p *parser) class(open token) (node, error) {
	negated := p.accept('^')
	var chars, categories []span
	for first := true; ; first = false {
		t := p.next()
		if t.is(']') && !first {
			break
		}
		item, err := p.classItem(open, t)
		if err != nil {
			return nil, err
		}
		if p.peek().is('-') {
			minus := p.next()
			if !p.peek().is(']') {
				end, err := p.rangeEnd(open, t, item)
				if err != nil {
					return nil, err
				}
				chars = append(chars, span{item.r, end})
				continue
			}
			chars = append(chars, single(minus.r)...)
		}
		if item.category != nil {
			categories = append(categories, item.category...)
			continue
		}
		if err := p.checkFold(item.r, t.offset); err != nil {
			return nil, err
		}
		chars = append(chars, span{item.r, item.r})
	}
	// Python folds the character, not the categories: U+0345 folds to a letter
	// but is not a letter, so (?i)\w does not match it.
	set := newCharset(append(p.folded(newCharset(chars...)), categories...)...)
	if negated {
		set = set.complement()
	}
	return &char{set}, nil
}

// rangeEnd parses the end of a range that starts with the item read from start.
func (p *parser) rangeEnd(open, start token, first classItem) (rune, error) {
	t := p.next()
	last, err := p.classItem(open, t)
	if err != nil {
		return 0, err
	}
	if first.category != nil || last.category != nil || last.r < first.r {
		return 0, p.errorf(start.offset, "bad character range %s", p.text(start))
	}
	return last.r, nil
}

// text returns the expression from token t to the current one.
func (p *parser) text(t token) string {
	return p.expr[t.offset:p.peek().offset]
}

func (p *parser) classItem(open, t token) (classItem, error) {
	switch {
	case t.r == eof:
		return classItem{}, p.errorf(open.offset, "unterminated character set")
	case !t.escaped:
		return classItem{r: t.r}, nil
	}
	if set, ok := category(t.r, p.flags); ok {
		return classItem{category: set}, nil
	}
	r, err := p.charEscape(t)
	return classItem{r: r}, err
}

// literal returns the node for one character.
func (p *parser) literal(r rune, offset int) (node, error) {
	if err := p.checkFold(r, offset); err != nil {
		return nil, err
	}
	return &char{p.folded(single(r))}, nil
}

// checkFold rejects a single letter that re folds in some places only: in sets,
// and in alternations that it converts to sets, re._compiler compares an
// upper-case letter beyond the Basic Multilingual Plane unfolded. Ranges are
// correct everywhere.
func (p *parser) checkFold(r rune, offset int) error {
	if r > 0xFFFF && p.flags.has(flagIgnoreCase) && !p.flags.has(flagASCII) && isCased(r) {
		return p.unsupportedf(offset, "ignoring the case of %c is not supported", r)
	}
	return nil
}

// folded returns set with the other cases of its characters if case is ignored.
func (p *parser) folded(set charset) charset {
	if !p.flags.has(flagIgnoreCase) {
		return set
	}
	return fold(set, p.flags)
}

// dot returns the set of characters that the dot matches.
func (p *parser) dot() charset {
	if p.flags.has(flagDotAll) {
		return charset{{0, unicode.MaxRune}}
	}
	return single('\n').complement()
}

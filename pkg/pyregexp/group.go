package pyregexp

// parenthesis parses the text after an opening parenthesis. It returns nil for a
// comment and for flags.
func (p *parser) parenthesis(open token, atStart bool) (node, error) {
	if !p.accept('?') {
		return p.capture(open, "")
	}
	t := p.next()
	switch {
	case t.r == eof:
		return nil, p.errorf(t.offset, "unexpected end of pattern")
	case t.escaped:
	case t.r == ':':
		body, err := p.body(open)
		return &group{body: body}, err
	case t.r == '>':
		body, err := p.body(open)
		return &atomic{body}, err
	case t.r == '#':
		return nil, p.comment(open)
	case t.r == '=' || t.r == '!':
		body, err := p.body(open)
		return &look{body: body, negated: t.r == '!'}, err
	case t.r == '<':
		return p.lookBehind(open)
	case t.r == '(':
		return p.condition(open)
	case t.r == 'P':
		return p.named(open)
	case t.isOneOf(flagLetters + "Lt-"):
		return p.flagGroup(open, t, atStart)
	}
	return nil, p.errorf(open.offset, "unknown extension ?%s", t)
}

// body parses the text inside a parenthesis and the closing one. Flags that are
// set inside end there.
func (p *parser) body(open token) (node, error) {
	n, err := p.alternatives(false)
	if err != nil {
		return nil, err
	}
	return n, p.closing(open)
}

func (p *parser) closing(open token) error {
	if !p.accept(')') {
		return p.errorf(open.offset, "missing ), unterminated subpattern")
	}
	return nil
}

func (p *parser) comment(open token) error {
	for {
		t := p.next()
		if t.r == eof {
			return p.errorf(open.offset, "missing ), unterminated comment")
		}
		if t.is(')') {
			return nil
		}
	}
}

// capture parses a capturing group. Groups are numbered in the order of their
// opening parentheses, with or without a name.
func (p *parser) capture(open token, name string) (node, error) {
	number := len(p.groups)
	p.groups = append(p.groups, groupState{})
	if name != "" {
		if _, taken := p.names[name]; taken {
			return nil, p.errorf(open.offset, "redefinition of group name %q", name)
		}
		p.names[name] = number
	}
	body, err := p.body(open)
	if err != nil {
		return nil, err
	}
	p.groups[number] = groupState{closed: true, width: body.width()}
	return &group{number, body}, nil
}

// named parses the text after "(?P": <name>...) or =name).
func (p *parser) named(open token) (node, error) {
	switch {
	case p.accept('<'):
		name, err := p.groupName('>')
		if err != nil {
			return nil, err
		}
		return p.capture(open, name)
	case p.accept('='):
		at := p.peek().offset
		name, err := p.groupName(')')
		if err != nil {
			return nil, err
		}
		number, known := p.names[name]
		if !known {
			return nil, p.errorf(at, "unknown group name %q", name)
		}
		return p.reference(number, open.offset)
	}
	return nil, p.errorf(open.offset, "unknown extension ?P%s", p.peek())
}

func (p *parser) groupName(terminator rune) (string, error) {
	at := p.peek().offset
	name, err := p.until(terminator, "group name")
	if err != nil {
		return "", err
	}
	return name, p.checkName(name, at)
}

// checkName requires an identifier. Python also accepts identifiers outside
// ASCII, which are not supported: their characters depend on the version of
// Unicode.
func (p *parser) checkName(name string, offset int) error {
	if !isASCII(name) {
		return p.unsupportedf(offset, "group name %q is not supported, it is not ASCII", name)
	}
	for i := range len(name) {
		if !asciiWord.contains(rune(name[i])) || i == 0 && asciiDigit.contains(rune(name[i])) {
			return p.errorf(offset, "bad character in group name %q", name)
		}
	}
	return nil
}

// reference returns the node that matches the text of a group again.
func (p *parser) reference(number, offset int) (node, error) {
	if number >= len(p.groups) {
		return nil, p.errorf(offset, "invalid group reference %d", number)
	}
	if !p.groups[number].closed {
		return nil, p.errorf(offset, "cannot refer to an open group")
	}
	if err := p.checkLookBehind(number, offset); err != nil {
		return nil, err
	}
	n := &reference{number: number, ignoreCase: p.flags.has(flagIgnoreCase), referred: p.groups[number].width}
	if n.ignoreCase && p.flags.has(flagASCII) {
		return nil, p.unsupportedf(offset, "ignoring the case of a reference is not supported with flag a")
	}
	return n, nil
}

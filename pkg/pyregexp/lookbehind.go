package pyregexp

// lookBehind parses the text after "(?<".
func (p *parser) lookBehind(open token) (node, error) {
	t := p.next()
	if !t.isOneOf("=!") {
		return nil, p.errorf(open.offset, "unknown extension ?<%s", t)
	}
	outer := p.outsideGroups
	if outer == 0 {
		p.outsideGroups = len(p.groups)
	}
	body, err := p.body(open)
	p.outsideGroups = outer
	if err != nil {
		return nil, err
	}
	switch w := body.width(); {
	case w.min != w.max:
		return nil, p.errorf(open.offset, "look-behind requires fixed-width pattern")
	case w.max == maxWidth:
		return nil, p.unsupportedf(open.offset, "a look-behind as wide as this is not supported")
	}
	return &look{body: body, behind: true, negated: t.is('!')}, nil
}

// checkLookBehind rejects a reference inside a look-behind to a group that is not
// complete before it.
func (p *parser) checkLookBehind(number, offset int) error {
	switch {
	case p.outsideGroups == 0:
		return nil
	case number >= len(p.groups) || !p.groups[number].closed:
		return p.errorf(offset, "cannot refer to an open group")
	case number >= p.outsideGroups:
		return p.errorf(offset, "cannot refer to group defined in the same look-behind")
	}
	return nil
}

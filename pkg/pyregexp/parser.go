package pyregexp

// maxDepth limits how deep groups are nested, so that no expression can exhaust
// the stack.
const maxDepth = 200

// parser parses an expression to a tree. The grammar and its errors are those of
// re._parser in Python 3.11.
type parser struct {
	*scanner
	flags  flags // that apply here
	depth  int
	groups []groupState // by number; 0 is the whole expression
	names  map[string]int

	// outsideGroups is the number of groups that were opened before the outermost
	// look-behind around this position, 0 if there is none. References inside a
	// look-behind may name only those groups.
	outsideGroups int

	// conditions are the groups that conditions name. These groups may be opened
	// later.
	conditions []conditionUse

	possessives []possessiveUse
}

type groupState struct {
	closed bool
	width  width
}

type conditionUse struct{ number, offset int }

func parse(expr string) (node, error) {
	s, err := newScanner(expr)
	if err != nil {
		return nil, err
	}
	p := &parser{scanner: s, groups: make([]groupState, 1), names: make(map[string]int)}
	tree, err := p.alternatives(true)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.r != eof {
		return nil, p.errorf(t.offset, "unbalanced parenthesis")
	}
	for _, c := range p.conditions {
		if c.number >= len(p.groups) {
			return nil, p.errorf(c.offset, "invalid group reference %d", c.number)
		}
	}
	return tree, p.checkPossessives(tree)
}

func (p *parser) descend() error {
	p.depth++
	if p.depth > maxDepth {
		return p.unsupportedf(p.peek().offset, "groups nested deeper than %d are not supported", maxDepth)
	}
	return nil
}

func (p *parser) ascend() { p.depth-- }

// alternatives parses sequences separated by bars, up to the end or a closing
// parenthesis.
func (p *parser) alternatives(outermost bool) (node, error) {
	defer p.ascend()
	if err := p.descend(); err != nil {
		return nil, err
	}
	var branches alternation
	for {
		branch, err := p.sequence(outermost && branches == nil)
		if err != nil {
			return nil, err
		}
		branches = append(branches, branch)
		if !p.accept('|') {
			break
		}
	}
	if len(branches) == 1 {
		return branches[0], nil
	}
	return branches, nil
}

// sequence parses items up to the end, a bar or a closing parenthesis. Flags of
// the whole expression may stand before the first item of the first sequence.
func (p *parser) sequence(first bool) (node, error) {
	var items sequence
	for {
		t := p.peek()
		if t.r == eof || t.isOneOf("|)") {
			return items, nil
		}
		p.next()
		if p.flags.has(flagVerbose) && p.skipVerbose(t) {
			continue
		}
		if t.isOneOf("*+?{") {
			quantified, err := p.quantifier(t, items)
			if err != nil {
				return nil, err
			}
			items = quantified
			continue
		}
		item, err := p.item(t, first && items == nil)
		if err != nil {
			return nil, err
		}
		if item != nil {
			items = append(items, item)
		}
	}
}

// item parses one item that starts with t. It returns nil for a comment and for
// flags.
func (p *parser) item(t token, atStart bool) (node, error) {
	switch {
	case t.escaped:
		return p.escape(t)
	case t.r == '.':
		return &char{p.dot()}, nil
	case t.r == '[':
		return p.class(t)
	case t.r == '(':
		return p.parenthesis(t, atStart)
	case t.r == '^' && p.flags.has(flagMultiline):
		return &assertion{lineStart}, nil
	case t.r == '^':
		return &assertion{textStart}, nil
	case t.r == '$' && p.flags.has(flagMultiline):
		return &assertion{lineEnd}, nil
	case t.r == '$':
		return &assertion{lastLineEnd}, nil
	}
	return p.literal(t.r, t.offset)
}

// skipVerbose reports whether t, with (?x), is a blank or starts a comment, and
// reads that comment.
func (p *parser) skipVerbose(t token) bool {
	if t.isOneOf(" \t\n\r\v\f") {
		return true
	}
	if !t.is('#') {
		return false
	}
	for {
		if t := p.next(); t.r == eof || t.is('\n') {
			return true
		}
	}
}

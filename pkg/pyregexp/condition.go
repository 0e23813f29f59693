package pyregexp

import "strconv"

// condition parses the text after "(?(": a group, and one or two branches. Unlike
// a reference, it may name a group that has not been opened yet.
func (p *parser) condition(open token) (node, error) {
	at := p.peek().offset
	name, err := p.until(')', "group name")
	if err != nil {
		return nil, err
	}
	number, err := p.conditionGroup(name, at)
	if err != nil {
		return nil, err
	}
	defer p.ascend()
	if err := p.descend(); err != nil {
		return nil, err
	}
	yes, err := p.sequence(false)
	if err != nil {
		return nil, err
	}
	var no node = sequence(nil)
	if p.accept('|') {
		if no, err = p.sequence(false); err != nil {
			return nil, err
		}
		if t := p.peek(); t.is('|') {
			return nil, p.errorf(t.offset, "condition with more than two branches")
		}
	}
	return &condition{number, yes, no}, p.closing(open)
}

func (p *parser) conditionGroup(name string, offset int) (int, error) {
	number, known := p.names[name]
	if !known {
		if err := p.checkName(name, offset); err == nil {
			return 0, p.errorf(offset, "unknown group name %q", name)
		}
		n, err := strconv.ParseUint(name, 10, 31)
		if err != nil || n == 0 {
			return 0, p.errorf(offset, "bad group number %q", name)
		}
		number = int(n)
		p.conditions = append(p.conditions, conditionUse{number, offset})
	}
	if err := p.checkLookBehind(number, offset); err != nil {
		return 0, err
	}
	return number, p.checkOpenCondition(number, offset)
}

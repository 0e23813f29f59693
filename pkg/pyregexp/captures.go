package pyregexp

// Where backtracking engines differ, and Python from itself, is in what they
// remember of groups that have matched before. These expressions are refused:
//
//   - A round that matches nothing may end a repeat in regexp2 where Python tries
//     once more with the groups as they are now: \A(?:()|\1a)+\Z matches "a".
//   - A possessive repeat in Python 3.11 may leave wrong text in its groups, or
//     end in a SystemError: (?:(a)|b?)*+ on "a" leaves "" in group 1.
//   - A condition on the group around it holds in Python also when that group
//     had been complete, but has been entered again to try something else.

// checkCaptures refuses the first, and notes the second for the end of the
// expression: references may follow.
func (p *parser) checkCaptures(q *repeat, offset int) error {
	set, asked := captures(q.body), references(q.body)
	rounds := q.max == unlimited || q.max > 1
	if rounds && q.body.width().min == 0 && intersect(set, asked) {
		return p.unsupportedf(offset, "repeating what may match nothing and refers to its own groups is not supported")
	}
	if q.mode == possessive {
		p.possessives = append(p.possessives, possessiveUse{set, offset})
	}
	return nil
}

// possessiveUse is a possessive repeat and the groups it sets.
type possessiveUse struct {
	groups map[int]bool
	offset int
}

func (p *parser) checkPossessives(tree node) error {
	asked := references(tree)
	for _, use := range p.possessives {
		if intersect(use.groups, asked) {
			return p.unsupportedf(use.offset, "referring to a group in a possessive repeat is not supported")
		}
	}
	return nil
}

func (p *parser) checkOpenCondition(number, offset int) error {
	if number < len(p.groups) && !p.groups[number].closed {
		return p.unsupportedf(offset, "a condition on the group around it is not supported")
	}
	return nil
}

// captures returns the numbers of the groups in n.
func captures(n node) map[int]bool {
	numbers := make(map[int]bool)
	walk(n, func(n node) {
		if n, ok := n.(*group); ok && n.number > 0 {
			numbers[n.number] = true
		}
	})
	return numbers
}

// references returns the numbers of the groups that n refers to.
func references(n node) map[int]bool {
	numbers := make(map[int]bool)
	walk(n, func(n node) {
		switch n := n.(type) {
		case *reference:
			numbers[n.number] = true
		case *condition:
			numbers[n.number] = true
		}
	})
	return numbers
}

func intersect(a, b map[int]bool) bool {
	for number := range a {
		if b[number] {
			return true
		}
	}
	return false
}

package pyregexp

// Backtracking engines differ in what they remember of groups that matched before,
// and so do versions of Python. These expressions are rejected:
//
//   - regexp2 may end a repeat after an iteration that matches nothing, where Python
//     tries once more with the current groups: \A(?:()|\1a)+\Z matches "a".
//   - A possessive repeat in Python 3.11 may leave wrong text in its groups, or
//     end in a SystemError: (?:(a)|b?)*+ on "a" leaves "" in group 1.
//   - In Python a condition on the group around it is also true if that group was
//     complete before, but was entered again to try another alternative.

// checkCaptures rejects the first kind, and records the second until the end of
// the expression, because references may follow.
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

// possessiveUse is a possessive repeat and the groups that it sets.
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

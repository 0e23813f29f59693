package pyregexp

// node is a part of a parsed expression. No flags are left in it: what they
// mean has been put into the sets, assertions and references.
type node interface {
	// width returns how many characters the node can match.
	width() width
}

type (
	// char matches one character of a set.
	char struct{ set charset }

	// assertion matches the empty string at certain places.
	assertion struct{ at place }

	// wordEdge is \b, or \B when negated.
	wordEdge struct {
		word    charset
		negated bool
	}

	// sequence matches its parts one after the other.
	sequence []node

	// alternation matches one of its branches.
	alternation []node

	// group is a parenthesis, capturing unless its number is 0.
	group struct {
		number int
		body   node
	}

	// atomic is a group that is never entered again: (?>...).
	atomic struct{ body node }

	// repeat matches its body min to max times, max being unlimited for none.
	repeat struct {
		body     node
		min, max int64
		mode     repeatMode
	}

	// reference matches what a group has matched.
	reference struct {
		number     int
		ignoreCase bool
		referred   width
	}

	// condition matches yes if a group has matched, no otherwise.
	condition struct {
		number  int
		yes, no node
	}

	// look matches the empty string if its body matches, or does not, the text
	// that follows, or precedes.
	look struct {
		body            node
		behind, negated bool
	}
)

// unlimited is the maximum of a repeat that has none.
const unlimited = -1

type repeatMode uint8

const (
	greedy repeatMode = iota
	lazy
	possessive
)

type place uint8

const (
	textStart   place = iota // \A, ^
	lineStart                // ^ with (?m)
	textEnd                  // \Z
	lastLineEnd              // $: the end, or before the newline that ends the text
	lineEnd                  // $ with (?m)
)

// walk calls visit for n and everything in it.
func walk(n node, visit func(node)) {
	visit(n)
	switch n := n.(type) {
	case sequence:
		for _, part := range n {
			walk(part, visit)
		}
	case alternation:
		for _, branch := range n {
			walk(branch, visit)
		}
	case *group:
		walk(n.body, visit)
	case *atomic:
		walk(n.body, visit)
	case *repeat:
		walk(n.body, visit)
	case *look:
		walk(n.body, visit)
	case *condition:
		walk(n.yes, visit)
		walk(n.no, visit)
	}
}

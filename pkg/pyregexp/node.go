package pyregexp

// node is a part of a parsed expression. It has no flags: their meaning is
// already in the sets, assertions and references.
type node interface {
	// width returns how many characters the node can match.
	width() width
}

type (
	// char matches one character of a set.
	char struct{ set charset }

	// assertion matches the empty string at certain positions.
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

	// atomic is a group without backtracking into it: (?>...).
	atomic struct{ body node }

	// repeat matches its body min to max times. max is unlimited if there is no
	// maximum.
	repeat struct {
		body     node
		min, max int64
		mode     repeatMode
	}

	// reference matches the text that a group matched.
	reference struct {
		number     int
		ignoreCase bool
		referred   width
	}

	// condition matches yes if a group has matched, and no otherwise.
	condition struct {
		number  int
		yes, no node
	}

	// look matches the empty string if its body matches, or does not match, the
	// text that follows, or precedes.
	look struct {
		body            node
		behind, negated bool
	}
)

// unlimited is the maximum of a repeat without a maximum.
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
	lastLineEnd              // $: the end, or before a newline at the end
	lineEnd                  // $ with (?m)
)

// walk calls visit for n and all its descendants.
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

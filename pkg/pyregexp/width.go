package pyregexp

import "math"

// maxWidth stands for every width from this value on.
const maxWidth = math.MaxInt32

// width is the minimum and the maximum number of characters that a node matches.
// The rules are those of re._parser.SubPattern.getwidth: they decide which
// look-behinds have a fixed width.
type width struct{ min, max int64 }

func (w width) plus(v width) width {
	return width{min(w.min+v.min, maxWidth), min(w.max+v.max, maxWidth)}
}

func (w width) either(v width) width {
	return width{min(w.min, v.min), max(w.max, v.max)}
}

func (n *char) width() width      { return width{1, 1} }
func (n *assertion) width() width { return width{} }
func (n *wordEdge) width() width  { return width{} }
func (n *look) width() width      { return width{} }
func (n *group) width() width     { return n.body.width() }
func (n *atomic) width() width    { return n.body.width() }
func (n *reference) width() width { return n.referred }
func (n *condition) width() width { return n.yes.width().either(n.no.width()) }

func (n sequence) width() width {
	var sum width
	for _, part := range n {
		sum = sum.plus(part.width())
	}
	return sum
}

func (n alternation) width() width {
	w := n[0].width()
	for _, branch := range n[1:] {
		w = w.either(branch.width())
	}
	return w
}

func (n *repeat) width() width {
	w := n.body.width()
	least := min(w.min*n.min, maxWidth)
	if n.max == unlimited {
		if w.max > 0 {
			return width{least, maxWidth}
		}
		return width{least, 0}
	}
	return width{least, min(w.max*n.max, maxWidth)}
}

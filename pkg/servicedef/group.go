package servicedef

import (
	"slices"
	"strconv"
	"strings"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// Strategy is what a supervisor does with the other children of a group if one of
// them is not in its expected state.
type Strategy string

// The strategies.
const (
	OneForOne  Strategy = "one_for_one"  // nothing
	RestForOne Strategy = "rest_for_one" // it restarts those that follow in the file
	OneForAll  Strategy = "one_for_all"  // it restarts all of them
)

// Strategies lists the strategies.
var Strategies = []Strategy{OneForOne, RestForOne, OneForAll}

// The defaults of a group, which are those of simplevisor.
const (
	DefaultWindow      = 12
	DefaultAdjustments = 3
)

// MostCycles is the largest window, and the largest number of adjustments.
const MostCycles = 1_000_000

// Group is what an entry of type supervisor defines for the supervision of its
// children.
type Group struct {
	Strategy Strategy
	// The group fails if it needed a repair in more than Adjustments of the last
	// Window cycles.
	Window, Adjustments int
	// Expected overrides the expected state of the services below. "" does not.
	// The expected state of each service already respects it.
	Expected Expected
}

// DefaultGroup returns the group of an entry that gives no keys.
func DefaultGroup() *Group {
	return &Group{Strategy: OneForOne, Window: DefaultWindow, Adjustments: DefaultAdjustments}
}

// group reads an entry of type supervisor.
func (in *interpreter) group(b *block, e *Entry, inherited Expected) {
	b.only(groupKeys)
	g := DefaultGroup()
	e.Group = g
	b.setStrategy(g)
	b.setCycles("window", 1, &g.Window)
	b.setCycles("adjustments", 0, &g.Adjustments)
	b.warnOfEndless(g)
	switch own := strings.ToLower(b.text("expected")); own { // as in the original, for a group only
	case "", "none":
	case string(Running), string(Stopped):
		g.Expected = Expected(own)
	default:
		in.fail(b.pos("expected"), "expected state %q is wrong: want none, running or stopped", own)
	}
	if inherited != "" {
		g.Expected = inherited // as for a service, the outer group overrides
	}
	children := b.value.Get("children")
	if children == nil || children.Kind != configgeneral.Map || isNone(children.Get("entry")) {
		in.fail(e.Pos, "group %q has no children: want <children> with an <entry> in it", e.Name)
		return
	}
	for _, c := range children.Entries() {
		if c.Key != "entry" && !strings.HasPrefix(c.Key, variablePrefix) {
			in.unknown(c, []string{"entry"})
		}
	}
	e.Children = in.entries(e.Path, g.Expected, children.Get("entry"))
	for _, child := range e.Children {
		child.parent = e
	}
}

// warnOfEndless warns of a group that can never fail: of the last Window cycles no more
// than Window need a repair.
func (b *block) warnOfEndless(g *Group) {
	key := "adjustments"
	if !b.has(key) { // given would report a wrong one once more
		key = "window"
	}
	if g.Adjustments >= g.Window {
		b.in.warn(b.pos(key), "the group never fails: adjustments (%d) is not below window (%d)", g.Adjustments, g.Window)
	}
}

func (b *block) setStrategy(g *Group) {
	text, ok := b.given("strategy")
	if !ok {
		return
	}
	if !slices.Contains(Strategies, Strategy(text)) {
		b.in.fail(b.pos("strategy"), "strategy %q is wrong: want %s, %s or %s", text, OneForOne, RestForOne, OneForAll)
		return
	}
	g.Strategy = Strategy(text)
}

// setCycles reads a number of cycles.
func (b *block) setCycles(key string, least int, to *int) {
	text, ok := b.given(key)
	if !ok {
		return
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > MostCycles {
		b.in.fail(b.pos(key), "%s %q is wrong: want a number from %d to %d", key, text, least, MostCycles)
		return
	}
	*to = n
}

package pyregexp

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator generates random expressions, most of them valid, and subjects of the same
// small alphabet. Every other seed uses only a and b, so that groups, references and
// repeats of empty matches often meet.
type generator struct {
	*rand.Rand
	narrow bool
	groups int
	names  int
}

func newGenerator(seed uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 0)), narrow: seed%2 == 1}
}

func pick[T any](g *generator, choices ...T) T {
	return choices[g.IntN(len(choices))]
}

// chance returns true once in n times.
func (g *generator) chance(n int) bool { return g.IntN(n) == 0 }

func (g *generator) expression() string {
	g.groups, g.names = 0, 0
	expr := g.alternatives(pick(g, 2, 3, 4))
	if g.narrow && g.chance(2) {
		expr = `\A(?:` + expr + `)\Z` // then every step affects the result
	}
	if g.chance(4) {
		expr = pick(g, "(?i)", "(?s)", "(?m)", "(?x)", "(?a)", "(?u)", "(?im)", "(?ai)", "(?i)(?x)", "(?L)", "(?au)") + expr
	}
	if g.chance(12) {
		expr = g.mutate(expr)
	}
	return expr
}

func (g *generator) alternatives(depth int) string {
	branches := make([]string, 1+g.IntN(5)/3)
	for i := range branches {
		branches[i] = g.sequence(depth)
	}
	return strings.Join(branches, "|")
}

func (g *generator) sequence(depth int) string {
	var b strings.Builder
	for range g.IntN(4) {
		atom := g.atom(depth)
		b.WriteString(atom)
		if g.chance(3) {
			b.WriteString(g.quantifier())
		}
	}
	return b.String()
}

func (g *generator) quantifier() string {
	count := pick(g, "*", "+", "?", "{2}", "{1,2}", "{0,2}", "{,2}", "{1,}", "{0}", "{,}")
	if g.chance(20) {
		count = pick(g, "{", "{}", "{2,1}", "**", "{a}", "{1")
	}
	return count + pick(g, "", "", "", "?", "+")
}

func (g *generator) atom(depth int) string {
	if depth > 0 && g.chance(3) {
		return g.group(depth - 1)
	}
	if g.narrow && !g.chance(4) {
		switch g.IntN(7) {
		case 0:
			g.groups++
			return pick(g, "()", "(a)", "(a?)", "(b|)", "(ab|a)")
		case 1:
			return g.reference()
		case 2:
			return g.condition(0)
		}
		return pick(g, "a", "b", "ab", "a?", ".", "[ab]", "^", "$", `\b`, `\B`)
	}
	switch g.IntN(12) {
	case 0:
		return pick(g, "^", "$", `\b`, `\B`, `\A`, `\Z`)
	case 1:
		return pick(g, `\d`, `\D`, `\s`, `\S`, `\w`, `\W`)
	case 2:
		return g.class()
	case 3:
		return pick(g, `\x41`, `\u00e4`, `\U0001F600`, `\101`, `\0`, `\012`, `\x`, `\-`, `\_`, `\n`, `\udc80`, `\é`, `\q`, `\777`, `\\`, `\8`, `\N{DIGIT ONE}`)
	case 4:
		return g.reference()
	case 5:
		return pick(g, "é", "É", "ſ", "\u212a", "İ", "ı", "ß", "😀", "\n", " ", "#", "-", "]", "}", "ﬅ", "µ")
	case 6:
		return "."
	case 7:
		if g.names > 0 {
			return fmt.Sprintf("(?P=n%d)", 1+g.IntN(g.names))
		}
	}
	return pick(g, "a", "b", "A", "B", "1", "_", "i", "s", "k")
}

func (g *generator) reference() string {
	if g.groups == 0 {
		return "."
	}
	return fmt.Sprintf(`\%d`, 1+g.IntN(g.groups+g.IntN(8)/7))
}

func (g *generator) condition(depth int) string {
	number := 1 + g.IntN(g.groups+1)
	return fmt.Sprintf("(?(%d)", number) + g.sequence(depth) + pick(g, "", "|"+g.sequence(depth)) + ")"
}

func (g *generator) group(depth int) string {
	inside := func() string { return g.alternatives(depth) }
	switch g.IntN(14) {
	case 0, 1, 2, 3:
		g.groups++
		return "(" + inside() + ")"
	case 4:
		g.groups++
		g.names++
		return fmt.Sprintf("(?P<n%d>", g.names) + inside() + ")"
	case 5, 6:
		return "(?:" + inside() + ")"
	case 7:
		return "(?=" + inside() + ")"
	case 8:
		return "(?!" + inside() + ")"
	case 9:
		return pick(g, "(?<=", "(?<!") + g.fixedWidth(depth) + ")"
	case 10:
		return "(?>" + inside() + ")"
	case 11:
		return g.condition(depth)
	case 12:
		return "(?" + pick(g, "i", "s", "m", "x", "a", "u", "-i", "i-s", "-x", "si") + ":" + inside() + ")"
	}
	return pick(g, "(?#a)", "(?i)", "(?P>x)", "(?", "(?<a>b)", "(?i", "(?-i)")
}

// fixedWidth is mostly valid in a look-behind.
func (g *generator) fixedWidth(depth int) string {
	if g.chance(4) {
		return g.alternatives(depth)
	}
	var b strings.Builder
	for range 1 + g.IntN(2) {
		b.WriteString(pick(g, "a", "b", ".", `\w`, "[ab]", "^", `\b`, "(?:a|b)", "(?=a)", "a{2}", "(?i:a)"))
	}
	return b.String()
}

func (g *generator) class() string {
	var b strings.Builder
	b.WriteString(pick(g, "[", "[", "[^"))
	for range g.IntN(4) {
		b.WriteString(pick(g, "a", "b", "A", "]", "-", "^", "a-c", "A-Z", `\d`, `\D`, `\w`, `\W`, `\s`, `\S`, `\b`, `\]`,
			`\x41`, `\1`, "é", "à-ü", "[", "&&", "a-", `\d-z`, "z-a", `\udc80`, "k", "s", "İ", "😀", "\x00-\U0010FFFF", "_"))
	}
	return b.String() + "]"
}

// mutate drops, doubles or inserts a character.
func (g *generator) mutate(expr string) string {
	runes := []rune(expr)
	if len(runes) == 0 {
		return expr
	}
	at := g.IntN(len(runes))
	middle := pick(g, "", string(runes[at])+string(runes[at]), pick(g, "(", ")", "*", "|", "[", `\`, "?", "{", "+"))
	return string(runes[:at]) + middle + string(runes[at+1:])
}

func (g *generator) subject() []rune {
	ascii := []rune("aaabbbABAB1_- \n]}#isk")
	wide := append([]rune("éÉſ\u212aİıß😀ﬆμàι"), 0xDC80, 0x0345)
	if g.narrow {
		ascii = []rune("aaaaaaabbbbbbb\nA_ ")
	}
	subject := make([]rune, g.IntN(9))
	onlyASCII := g.chance(2) || g.narrow
	for i := range subject {
		if onlyASCII || !g.chance(3) {
			subject[i] = pick(g, ascii...)
		} else {
			subject[i] = pick(g, wide...)
		}
	}
	return subject
}

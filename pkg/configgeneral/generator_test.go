package configgeneral

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// generator generates random configuration files: either sensible files with every
// construct, or random pieces of the grammar.
type generator struct{ *rand.Rand }

func (g *generator) pick(choices ...string) string { return choices[g.IntN(len(choices))] }

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

// included files never include each other in a cycle, because the original would not
// return.
var includedFiles = []string{"parts/a.inc", "parts/b.inc", "parts/.hidden.inc", "parts/sub/c.inc", "d.conf", "parts/e,1.inc"}

func (g *generator) writeFiles(t *testing.T, dir string) {
	t.Helper()
	write := func(name, text string) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range includedFiles {
		write(name, g.file(false))
	}
	write("main.conf", g.file(g.chance(60)))
}

func (g *generator) file(mayInclude bool) string {
	var b strings.Builder
	if g.chance(25) {
		for range g.IntN(6) {
			b.WriteString(g.soup() + "\n")
		}
	} else {
		if g.chance(80) {
			b.WriteString("b 1\nvar_a = 1\nvar_b = two words\nvar_x = " + g.pick(`\\\\`, `\$a`, "", "'q'") + "\nname n\n")
		}
		g.body(&b, 3, mayInclude)
	}
	text := b.String()
	if g.chance(10) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if g.chance(10) {
		text = strings.TrimSuffix(text, "\n")
	}
	if g.chance(4) && !mayInclude {
		text = byteOrderMark + text
	}
	return text
}

func (g *generator) body(b *strings.Builder, depth int, mayInclude bool) {
	for range g.IntN(7) {
		indent := g.pick("", "  ", "\t", " \t ")
		switch g.IntN(12) {
		case 0, 1, 2, 3:
			fmt.Fprintf(b, "%s%s%s%s%s\n", indent, g.key(), g.pick(" = ", "=", " ", "\t", " =", "= ", "  =  "), g.value(), g.pick("", "", " ", " # note", "#n", " /* c */ "))
		case 4:
			fmt.Fprintf(b, "%svar_%s = %s\n", indent, g.pick("a", "b", "c"), g.value())
		case 5:
			if depth == 0 {
				continue
			}
			key := g.key()
			fmt.Fprintf(b, "%s<%s>\n", indent, key)
			g.body(b, depth-1, mayInclude)
			fmt.Fprintf(b, "%s</%s>%s\n", indent, key, g.pick("", "", " ", " # end"))
		case 6:
			if depth == 0 {
				continue
			}
			fmt.Fprintf(b, "%s<%s %s>\n", indent, g.pick("a", "svc", `"a b"`, "$var_a"), g.pick("n", `"n m"`, "n m", "1", "${var_b}", "x "))
			g.body(b, depth-1, mayInclude)
			fmt.Fprintf(b, "%s</%s>\n", indent, g.pick("a", "svc", "other"))
		case 7:
			fmt.Fprintf(b, "%s<%s/>%s\n", indent, g.pick("a", "a n", "b ", `"q r"`, "svc x y"), g.pick("", "", " "))
		case 8:
			g.hereDoc(b, indent)
		case 9:
			fmt.Fprintf(b, "%s%s = one \\\n   %s%s\\\n%s\n", indent, g.key(), g.value(), g.pick("", " "), g.pick("", "last", "  last # c", "<x>"))
		case 10:
			b.WriteString(indent + g.pick("# note", "", "   ", "/* one */", "/* a\n b = 2\n*/", "/* a\n */ z = 1", "x /* y */ = /* z */ 2", "#") + "\n")
		case 11:
			if mayInclude {
				fmt.Fprintf(b, "%s<<%s %s>>\n", indent, g.pick("include", "Include", "include "), g.includeName())
			}
		}
	}
}

func (g *generator) includeName() string {
	return g.pick(append([]string{
		"./d.conf", "parts/../d.conf", "parts//sub/./c.inc", "parts/*.inc", "parts/[ab].inc", "parts/[!a].inc",
		"parts/{b,a}.inc", "parts/?.inc", "*/sub/*", "parts/none*.inc", "parts/.*.inc", "{parts/sub/c.inc,d.conf}",
		"parts/\\a.inc", "parts/{a,b", "parts/[a.inc", "d*", "parts/e*", "parts/e\\,1.inc", "parts/[e],1.inc",
		"parts/[]a-b].inc", "parts/{sub/{c,d},a}.inc", "parts/sub/../a.inc", "d.conf", g.pick("d.conf ", "parts", `"d.conf"`), "parts/*/", "d.conf", "d.conf",
	}, includedFiles...)...)
}

func (g *generator) key() string {
	return g.pick("a", "b", "c", "d", "name", "var_x", "entry", "svc", "Key", "k.1", "x-y", "0", "a\\b", "q'k'")
}

func (g *generator) value() string {
	var b strings.Builder
	for range 1 + g.IntN(4) {
		if g.chance(50) {
			b.WriteString(g.pick("x", " ", "/usr/bin/prog", "$var_a", "${var_b}", "$var_x"))
			continue
		}
		b.WriteString(g.pick("", "x", "/usr/bin/prog", "--flag", " ", "  ", "two words", "=", "a=b", "0", "é", "\xff", "\v",
			"'single'", "'$var_a'", "''", "'", `"`, `"q"`, `""`, `\$`, `\\`, `\"`, `\#`, `\x`, `\`, "$", "$$", "${", "}",
			"$var_a", "${var_a}", "$var_b", "${var_b}", "$var_x", "$a", "${b}", "$var_a.", "${var_a }", "<", ">", "<<", "%20", "<b/>", "$name:", "/*", "*/", "//", "\x00"))
	}
	s := b.String()
	switch g.IntN(6) {
	case 0:
		return `"` + s + `"`
	case 1:
		return "'" + s + "'"
	}
	return s
}

func (g *generator) hereDoc(b *strings.Builder, indent string) {
	end := g.pick("EOF", "END", "E F", ".*", "a")
	fmt.Fprintf(b, "%s%s%s<<%s%s%s\n", indent, g.key(), g.pick(" ", " = ", "=", "  "), g.pick("", " "), end, g.pick("", "", " ", " # c"))
	for range g.IntN(4) {
		fmt.Fprintf(b, "%s%s%s\n", g.pick("", "  ", "    ", "\t"), g.value(), g.pick("", "", " ", "\\", " # not a comment"))
	}
	if !g.chance(3) {
		fmt.Fprintf(b, "%s%s%s\n", g.pick("", "", "  ", "\t"), end, g.pick("", "", " "))
	}
}

// soup returns a line of tokens with a meaning in some context.
func (g *generator) soup() string {
	var b strings.Builder
	for range g.IntN(7) {
		b.WriteString(g.pick("<", ">", "</", "/>", "<<", ">>", "=", " ", "\t", "\r", `"`, "'", `\`, "#", "/*", "*/", "/*/", "$", "{", "}",
			"a", "b", "0", "EOF", "<a>", "</a>", "<a b>", "<a/>", "a = 1", "a 1", "$a", "${a}", "a <<EOF", "EOF", "\n", "\\\n", "<<include", "\xa0", "-", "."))
	}
	return b.String()
}

package configgeneral

import (
	"slices"
	"sort"
	"strings"
)

// blanks are the white space characters of the grammar.
const blanks = " \t\n\r\f\v"

func isBlank(c byte) bool { return strings.IndexByte(blanks, c) >= 0 }

// Text is a part of a file that knows the origin of each of its bytes, across
// continuation lines, removed comments and here-document indentation.
type Text struct {
	s    string
	src  *source
	line int // of s[0]
	col  int
	cuts []cut
}

// cut records that the bytes from off on are at line and col.
type cut struct{ off, line, col int }

// String returns the text itself.
func (t Text) String() string { return t.s }

// Pos returns the origin of the byte at offset off. The zero Text, such as the
// name of an unnamed block, has no position.
func (t Text) Pos(off int) Pos {
	if t.src == nil {
		return Pos{}
	}
	line, col := t.origin(off)
	return Pos{File: t.src.name, Line: line, Col: col, IncludedFrom: t.src.from}
}

func (t Text) origin(off int) (line, col int) {
	i := t.cutsUpTo(off)
	if i == 0 {
		return t.line, t.col + off
	}
	c := t.cuts[i-1]
	return c.line, c.col + off - c.off
}

// cutsUpTo counts the cuts at or before off.
func (t Text) cutsUpTo(off int) int {
	return sort.Search(len(t.cuts), func(i int) bool { return t.cuts[i].off > off })
}

// slice returns the bytes from i up to j.
func (t Text) slice(i, j int) Text {
	part := Text{s: t.s[i:j], src: t.src}
	part.line, part.col = t.origin(i)
	if len(t.cuts) > 0 {
		part.cuts = slices.Clone(t.cuts[t.cutsUpTo(i):t.cutsUpTo(j)])
		for k := range part.cuts {
			part.cuts[k].off -= i
		}
	}
	return part
}

func (t Text) from(i int) Text { return t.slice(i, len(t.s)) }

func (t Text) upTo(j int) Text {
	t.s = t.s[:j]
	t.cuts = t.cuts[:t.cutsUpTo(j)]
	return t
}

func (t Text) trimLeft() Text {
	if n := len(t.s) - len(strings.TrimLeft(t.s, blanks)); n > 0 {
		return t.from(n)
	}
	return t
}

func (t Text) trimRight() Text { return t.upTo(len(strings.TrimRight(t.s, blanks))) }

func (t Text) trim() Text { return t.trimRight().trimLeft() }

// textBuilder joins texts of one file, in time linear in their length.
type textBuilder struct {
	buf   []byte
	parts []Text // the text of each is in buf
}

func (b *textBuilder) add(t Text) {
	b.buf = append(b.buf, t.s...)
	b.parts = append(b.parts, t)
}

func (b *textBuilder) text() Text {
	if len(b.parts) == 0 {
		return Text{}
	}
	joined := b.parts[0]
	joined.cuts = slices.Clip(joined.cuts)
	off := len(joined.s)
	for _, t := range b.parts[1:] {
		joined.cuts = append(joined.cuts, cut{off, t.line, t.col})
		for _, c := range t.cuts {
			joined.cuts = append(joined.cuts, cut{off + c.off, c.line, c.col})
		}
		off += len(t.s)
	}
	joined.s = string(b.buf)
	return joined
}

package configgeneral

import (
	"strings"
)

// maxBlockDepth limits how deep blocks are nested.
const maxBlockDepth = 1000

// Node is a part of the syntax tree: a [*Block] or an [*Assignment].
type Node interface {
	// Pos is the start of the node.
	Pos() Pos
}

// Assignment is a key with its value as written: variables and escapes are not
// replaced, quotes around the whole value are removed.
type Assignment struct {
	Key      Text
	Value    Text
	HasValue bool // false for a key without a value
}

// Pos returns the position of the key.
func (a *Assignment) Pos() Pos { return a.Key.Pos(0) }

// Block is <Key>...</Key> or, when Named, <Key Name>...</Key>.
type Block struct {
	Key   Text
	Name  Text
	Named bool
	Nodes []Node // the contents in their order, with includes resolved

	start Pos
}

// Pos returns the position of the "<", or of the file for the outermost block.
func (b *Block) Pos() Pos { return b.start }

// header returns the line that starts the block, without quotes.
func (b *Block) header() string {
	if b.Named {
		return "<" + b.Key.s + " " + b.Name.s + ">"
	}
	return "<" + b.Key.s + ">"
}

// ParseSyntax parses the named file and all files that it includes. The returned
// block is the file itself. An error is an [*Error].
func ParseSyntax(name string, files Files) (*Block, error) {
	root := &Block{start: Pos{File: name}}
	p := &parser{files: files, open: []*Block{root}}
	if strings.HasPrefix(name, "/") {
		p.searchPath = []string{directory(name)}
	}
	if err := p.file(name, nil, nil); err != nil {
		return nil, err
	}
	if err := p.checkClosed(); err != nil {
		return nil, err
	}
	return root, nil
}

func (p *parser) checkClosed() error {
	if len(p.open) == 1 {
		return nil
	}
	report := errorAt
	if p.open[1].Key.s == "0" {
		report = lossAt // the original does not notice that "0" is open
	}
	b := p.innermost()
	return report(b.start, "block %q is not closed: add %q", b.header(), "</"+b.Key.s+">")
}

// parser builds the syntax tree from logical lines, independent of files: a block
// may start in one file and end in another.
type parser struct {
	files      Files
	searchPath []string // directories to search after that of the including file
	included   int
	open       []*Block // the outermost first
}

func (p *parser) innermost() *Block { return p.open[len(p.open)-1] }

func (p *parser) append(n Node) {
	b := p.innermost()
	if b.Nodes == nil {
		b.Nodes = make([]Node, 0, fewEntries)
	}
	b.Nodes = append(b.Nodes, n)
}

// line adds one trimmed logical line that is not part of a here-document.
func (p *parser) line(t Text) error {
	s := t.s
	switch {
	case len(s) >= 4 && strings.HasPrefix(s, "</") && s[len(s)-1] == '>':
		if len(p.open) == 1 {
			return errorAt(t.Pos(0), "%q closes a block, but none is open", s)
		}
		p.open = p.open[:len(p.open)-1]
		return nil
	case len(s) >= 3 && s[0] == '<' && s[1] != '/' && s[len(s)-1] == '>':
		return p.openBlock(t)
	}
	key, value, hasValue := splitAssignment(t)
	p.assign(key, value, hasValue)
	return nil
}

func (p *parser) openBlock(t Text) error {
	if len(p.open) > maxBlockDepth {
		return errorAt(t.Pos(0), "blocks are nested more than %d deep", maxBlockDepth)
	}
	b := &Block{start: t.Pos(0)}
	if err := b.readHeader(t.slice(1, len(t.s)-1)); err != nil {
		return err
	}
	p.append(b)
	p.open = append(p.open, b)
	return nil
}

func (p *parser) assign(key, value Text, hasValue bool) {
	if v := value.s; strings.HasPrefix(v, `"`) && strings.HasSuffix(v, `"`) {
		// A lone quote is both the first and the last.
		value = value.slice(1, max(1, len(v)-1))
	}
	p.append(&Assignment{Key: key, Value: value, HasValue: hasValue})
}

// splitAssignment splits at the first run of blanks, which may contain one "=".
func splitAssignment(t Text) (key, value Text, hasValue bool) {
	end := strings.IndexAny(t.s, blanks+"=")
	if end < 0 {
		return t, t.from(len(t.s)), false
	}
	rest := strings.TrimLeft(t.s[end:], blanks)
	rest = strings.TrimLeft(strings.TrimPrefix(rest, "="), blanks)
	return t.upTo(end), t.from(len(t.s) - len(rest)), true
}

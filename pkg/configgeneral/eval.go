package configgeneral

// reservedKey is the key under which the original keeps its variables while it
// parses.
const reservedKey = "__stack"

// Parse parses the named file and all files that it includes, and returns the Map
// of the file. An error is an [*Error].
func Parse(name string, files Files) (*Value, error) {
	root, err := ParseSyntax(name, files)
	if err != nil {
		return nil, err
	}
	return Eval(root)
}

// Eval returns the Map of a block: variables and escapes are replaced, repeated
// keys are Arrays, and named blocks are Maps in Maps.
func Eval(root *Block) (*Value, error) {
	e := &evaluator{expansion: maxExpansion}
	return e.block(root, scope{})
}

type evaluator struct {
	expansion int // how many bytes variables may still insert
}

func (e *evaluator) block(b *Block, sc scope) (*Value, error) {
	m := &Value{Kind: Map, Pos: b.start, entries: make([]Entry, 0, min(len(b.Nodes), fewEntries))}
	sc.defined = m
	for _, node := range b.Nodes {
		var err error
		switch n := node.(type) {
		case *Assignment:
			err = e.assignment(m, n, &sc)
		case *Block:
			err = e.nested(m, n, &sc)
		}
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (e *evaluator) assignment(m *Value, a *Assignment, sc *scope) error {
	if err := checkReserved(a.Key.s, a.Key); err != nil {
		return err
	}
	value := &Value{Kind: Null, Pos: a.Pos()}
	if a.HasValue {
		text, err := e.interpolate(a.Value, sc)
		if err != nil {
			return err
		}
		*value = Value{Kind: Scalar, Pos: a.Value.Pos(0), Text: unescape(text)}
	}
	m.insert(a.Key.s, a.Pos(), value)
	return nil
}

func (e *evaluator) nested(m *Value, b *Block, sc *scope) error {
	key, err := e.blockName(b.Key, sc)
	if err != nil {
		return err
	}
	present := m.Get(key)
	if present != nil && (present.Kind == Null || present.Kind == Scalar) {
		return errorAt(b.start, "block %q conflicts with the key %q that is set at %s: rename one of them", b.header(), key, present.Pos)
	}
	inner := scope{outer: sc}
	if !b.Named {
		value, err := e.block(b, inner)
		if err != nil {
			return err
		}
		m.insert(key, b.start, value)
		return nil
	}

	name, err := e.blockName(b.Name, sc)
	switch {
	case err != nil:
		return err
	case present == nil:
		present = &Value{Kind: Map, Pos: b.start}
		m.add(key, b.start, present)
	case present.Kind == Array:
		return errorAt(b.start, "named block %q follows several values of %q, the first at %s: name them all, or none", b.header(), key, present.Pos)
	case present.find(name) >= 0:
		inner = scope{hidden: sc}
	}
	value, err := e.block(b, inner)
	if err != nil {
		return err
	}
	present.insert(name, b.Name.Pos(0), value)
	return nil
}

// blockName replaces the variables in the key or name of a block. Escapes are
// kept.
func (e *evaluator) blockName(t Text, sc *scope) (string, error) {
	s, err := e.interpolate(t, sc)
	if err != nil {
		return "", err
	}
	return s, checkReserved(s, t)
}

func checkReserved(key string, t Text) error {
	if key == reservedKey {
		return lossAt(t.Pos(0), "the name %q is reserved: choose another one", key)
	}
	return nil
}

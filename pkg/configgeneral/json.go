package configgeneral

import (
	"bytes"
	"encoding/json"
	"errors"
)

// ParseJSON reads the tree from a JSON object. Numbers and booleans become their
// text, null is a key without a value; variables are not replaced. A key that
// occurs twice is refused, as is an array in an array. An error is an [*Error].
func ParseJSON(name string, data []byte) (*Value, error) {
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	p := &jsonParser{data: data, decoder: json.NewDecoder(bytes.NewReader(data))}
	p.decoder.UseNumber()
	p.place = place{pos: Pos{File: name, Line: 1, Col: 1}}
	if err := p.checkSyntax(); err != nil {
		return nil, err
	}
	token, err := p.next()
	if err != nil {
		return nil, err
	}
	if token.kind != json.Delim('{') {
		return nil, errorAt(token.pos, "found %q where the object of the configuration must begin", token.literal)
	}
	return p.value(token)
}

// jsonParser looks at the bytes of each token for its position and for what the
// decoder does not keep.
type jsonParser struct {
	data    []byte
	decoder *json.Decoder
	place   place
	depth   int
}

// checkSyntax comes first, because offsets in the errors of a decoder that reads
// tokens are not those in the data.
func (p *jsonParser) checkSyntax() error {
	var whole json.RawMessage
	err := json.Unmarshal(p.data, &whole)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		p.place.advance(p.data, max(0, int(syntax.Offset)-1))
	}
	if err != nil {
		return errorAt(p.place.pos, "not valid JSON: %w", err)
	}
	return nil
}

func (p *jsonParser) value(t jsonToken) (*Value, error) {
	v := &Value{Pos: t.pos}
	switch t.kind {
	case nil:
		return v, nil
	case json.Delim('{'):
		v.Kind = Map
		return v, p.nested(t, v, p.members)
	case json.Delim('['):
		v.Kind = Array
		return v, p.nested(t, v, p.elements)
	}
	v.Kind, v.Text = Scalar, t.literal
	if _, ok := t.kind.(string); ok {
		v.Text = unquoteJSON(t.literal)
	}
	return v, nil
}

// nested reads what is in v up to its closing bracket.
func (p *jsonParser) nested(t jsonToken, v *Value, read func(*Value) error) error {
	if p.depth++; p.depth > maxJSONDepth {
		return errorAt(t.pos, "objects and arrays are nested more than %d deep", maxJSONDepth)
	}
	for p.decoder.More() {
		if err := read(v); err != nil {
			return err
		}
	}
	p.depth--
	_, err := p.next()
	return err
}

func (p *jsonParser) members(v *Value) error {
	token, err := p.next()
	if err != nil {
		return err
	}
	key := unquoteJSON(token.literal)
	if i := v.find(key); i >= 0 {
		return errorAt(token.pos, "key %q occurs twice, first at %s: use an array", key, v.entries[i].Pos)
	}
	first, err := p.next()
	if err != nil {
		return err
	}
	member, err := p.value(first)
	if err != nil {
		return err
	}
	v.add(key, token.pos, member)
	return nil
}

func (p *jsonParser) elements(v *Value) error {
	token, err := p.next()
	if err != nil {
		return err
	}
	if token.kind == json.Delim('[') {
		return errorAt(token.pos, "an array cannot hold an array")
	}
	element, err := p.value(token)
	if err != nil {
		return err
	}
	v.List = append(v.List, element)
	return nil
}

// maxJSONDepth leaves room for the trees of all blocks that Parse accepts: with
// a name, and repeated, each of them is three levels.
const maxJSONDepth = 3*maxBlockDepth + 1

// jsonToken is a token with the bytes it was read from.
type jsonToken struct {
	kind    json.Token
	literal string
	pos     Pos
}

func (p *jsonParser) next() (jsonToken, error) {
	start := p.tokenStart()
	kind, err := p.decoder.Token()
	if err != nil {
		return jsonToken{}, &Error{Pos: p.place.pos, Err: err}
	}
	p.place.advance(p.data, start)
	return jsonToken{kind, string(p.data[start:p.decoder.InputOffset()]), p.place.pos}, nil
}

// tokenStart returns the offset of the next token, which is behind the
// punctuation that the decoder does not report.
func (p *jsonParser) tokenStart() int {
	rest := p.data[p.decoder.InputOffset():]
	return len(p.data) - len(bytes.TrimLeft(rest, " \t\r\n,:"))
}

// place follows the offset through the data, so that each line counts once.
type place struct {
	pos Pos
	off int
}

func (p *place) advance(data []byte, to int) {
	if to < p.off || to > len(data) {
		return
	}
	passed := data[p.off:to]
	p.off = to
	if newlines := bytes.Count(passed, []byte("\n")); newlines > 0 {
		p.pos.Line += newlines
		p.pos.Col = len(passed) - bytes.LastIndexByte(passed, '\n')
		return
	}
	p.pos.Col += len(passed)
}

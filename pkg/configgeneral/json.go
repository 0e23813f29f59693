package configgeneral

import (
	"bytes"
	"encoding/json"
	"errors"
)

// ParseJSON parses the tree from a JSON object. Numbers and booleans become their
// text, and null is a key without a value. Variables are not replaced. A repeated
// key and an array in an array are rejected. An error is an [*Error].
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

// jsonParser reads the bytes of each token, for its position and for what the
// decoder does not keep.
type jsonParser struct {
	data    []byte
	decoder *json.Decoder
	place   place
	depth   int
}

// checkSyntax runs first, because the error offsets of a decoder that reads
// tokens are not offsets in the data.
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

// nested reads the contents of v up to its closing bracket.
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

// maxJSONDepth allows the trees of all blocks that Parse accepts: a named and
// repeated block has three levels.
const maxJSONDepth = 3*maxBlockDepth + 1

// jsonToken is a token with its bytes in the data.
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

// tokenStart returns the offset of the next token, after the punctuation that the
// decoder does not report.
func (p *jsonParser) tokenStart() int {
	rest := p.data[p.decoder.InputOffset():]
	return len(p.data) - len(bytes.TrimLeft(rest, " \t\r\n,:"))
}

// place advances through the data up to the offset, so that each line is counted
// once.
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

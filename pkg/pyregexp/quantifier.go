package pyregexp

import (
	"math"
	"strconv"
)

// maxRepeat is the highest count that regexp2 can represent apart from
// "unlimited".
const maxRepeat = math.MaxInt32 - 1

// quantifier applies the quantifier that starts with t to the last of items. A
// brace that does not start a quantifier is a character.
func (p *parser) quantifier(t token, items sequence) (sequence, error) {
	q := &repeat{max: unlimited}
	switch t.r {
	case '?':
		q.max = 1
	case '+':
		q.min = 1
	case '{':
		isCount, err := p.counts(t, q)
		if err != nil {
			return nil, err
		}
		if !isCount {
			brace, err := p.literal(t.r, t.offset)
			return append(items, brace), err
		}
	}
	if len(items) == 0 {
		return nil, p.errorf(t.offset, "nothing to repeat")
	}
	last := &items[len(items)-1]
	switch (*last).(type) {
	case *assertion, *wordEdge:
		return nil, p.errorf(t.offset, "nothing to repeat")
	case *repeat:
		return nil, p.errorf(t.offset, "multiple repeat")
	}
	switch {
	case p.accept('?'):
		q.mode = lazy
	case p.accept('+'):
		q.mode = possessive
	}
	q.body = *last
	if err := p.checkCaptures(q, t.offset); err != nil {
		return nil, err
	}
	*last = q
	return items, nil
}

// counts parses the rest of {m}, {m,}, {,n} or {m,n} to q. If the text is none of
// these, it returns false and reads nothing.
func (p *parser) counts(open token, q *repeat) (bool, error) {
	start := p.pos
	least := p.run(math.MaxInt, decimalDigits)
	most := least
	comma := p.accept(',')
	if comma {
		most = p.run(math.MaxInt, decimalDigits)
	}
	if !p.accept('}') || least == "" && !comma {
		p.pos = start
		return false, nil
	}
	var err error
	if least != "" {
		if q.min, err = p.count(open, least); err != nil {
			return false, err
		}
	}
	if most != "" {
		if q.max, err = p.count(open, most); err != nil {
			return false, err
		}
		if q.max < q.min {
			return false, p.errorf(open.offset, "min repeat greater than max repeat")
		}
	}
	return true, nil
}

func (p *parser) count(open token, digits string) (int64, error) {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n > maxRepeat {
		return 0, p.unsupportedf(open.offset, "repeating more than %d times is not supported", maxRepeat)
	}
	return n, nil
}

package pyregexp

import "strings"

// flags are the inline flags that apply at one position of an expression.
type flags uint8

const (
	flagIgnoreCase flags = 1 << iota
	flagMultiline
	flagDotAll
	flagVerbose
	flagASCII
	flagUnicode

	// flagsType are the flags that are mutually exclusive.
	flagsType = flagASCII | flagUnicode
)

func (f flags) has(flag flags) bool { return f&flag != 0 }

// combine returns the flags inside a group that adds some flags and removes
// others.
func (f flags) combine(added, removed flags) flags {
	if added.has(flagsType) {
		f &^= flagsType
	}
	return (f | added) &^ removed
}

const flagLetters = "imsxau"

// flag reads the letter of one flag.
func (p *parser) flag(t token) (flags, error) {
	if !t.escaped {
		switch t.r {
		case 'L':
			return 0, p.errorf(t.offset, "flag L cannot be used, the text is not bytes")
		case 't':
			return 0, p.unsupportedf(t.offset, "flag t is not supported")
		}
		if i := strings.IndexRune(flagLetters, t.r); i >= 0 {
			return 1 << i, nil
		}
	}
	return 0, p.errorf(t.offset, "unknown flag")
}

// flagGroup parses the text after "(?" if that is a flag or a minus sign: the
// flags of the whole expression, for which it returns no node, or a group with
// its own flags.
func (p *parser) flagGroup(open, t token, atStart bool) (node, error) {
	var added, removed flags
	var err error
	if !t.is('-') {
		if added, t, err = p.flagRun(t, ")-:"); err != nil {
			return nil, err
		}
		if added&flagsType == flagsType {
			return nil, p.errorf(open.offset, "flags a and u are incompatible")
		}
	}
	if t.is(')') {
		return nil, p.globalFlags(open, added, atStart)
	}
	if t.is('-') {
		if removed, _, err = p.flagRun(p.next(), ":"); err != nil {
			return nil, err
		}
		if removed.has(flagsType) {
			return nil, p.errorf(open.offset, "flags a and u cannot be turned off")
		}
		if added.has(removed) {
			return nil, p.errorf(open.offset, "flag turned on and off")
		}
	}
	outside := p.flags
	p.flags = p.flags.combine(added, removed)
	body, err := p.body(open)
	p.flags = outside
	return &group{body: body}, err
}

// flagRun parses one or more flags from t on, up to one of the terminators.
func (p *parser) flagRun(t token, terminators string) (flags, token, error) {
	var run flags
	for {
		flag, err := p.flag(t)
		if err != nil {
			return 0, t, err
		}
		run |= flag
		t = p.next()
		if t.isOneOf(terminators) {
			return run, t, nil
		}
	}
}

// globalFlags applies flags to the whole expression. Since Python 3.11 this is
// only possible at its start.
func (p *parser) globalFlags(open token, added flags, atStart bool) error {
	if !atStart {
		return p.errorf(open.offset, "global flags not at the start of the expression")
	}
	p.flags |= added
	if p.flags&flagsType == flagsType {
		return p.errorf(open.offset, "flags a and u are incompatible")
	}
	return nil
}

package pyregexp

import (
	"errors"
	"strings"
	"testing"
)

// refusals has expressions with the offset of the error and its message.
var refusals = []struct {
	expr   string
	offset int
	msg    string
}{
	{`a**`, 2, "multiple repeat"},
	{`a*??`, 3, "multiple repeat"},
	{`*a`, 0, "nothing to repeat"},
	{`^*`, 1, "nothing to repeat"},
	{`\b+`, 2, "nothing to repeat"},
	{`(?:{2})`, 3, "nothing to repeat"},
	{`a{2,1}`, 1, "min repeat greater than max repeat"},
	{`(a`, 0, "missing ), unterminated subpattern"},
	{`é(a`, 2, "missing ), unterminated subpattern"},
	{`a)`, 1, "unbalanced parenthesis"},
	{`(?#a`, 0, "missing ), unterminated comment"},
	{`[a`, 0, "unterminated character set"},
	{`[a-`, 0, "unterminated character set"},
	{`[b-a]`, 1, "bad character range b-a"},
	{`[\d-z]`, 1, `bad character range \d-z`},
	{`a\`, 1, "bad escape (end of pattern)"},
	{`\q`, 0, `bad escape \q`},
	{`[\Z]`, 1, `bad escape \Z`},
	{`[\8]`, 1, `bad escape \8`},
	{`\x4`, 0, `incomplete escape \x4`},
	{`\U00110000`, 0, `bad escape \U00110000`},
	{`\777`, 0, `octal escape value \777 outside of range 0-0o377`},
	{`\p{L}`, 0, `bad escape \p`},
	{`\z`, 0, `bad escape \z`},
	{`(a)\2`, 3, "invalid group reference 2"},
	{`(a\1)`, 2, "cannot refer to an open group"},
	{`(?(2)a)(b)`, 3, "invalid group reference 2"},
	{`(?(0)a)`, 3, `bad group number "0"`},
	{`(?(x)a)`, 3, `unknown group name "x"`},
	{`(a)(?(1)a|b|c)`, 11, "condition with more than two branches"},
	{`(?P<a>b)(?P<a>c)`, 8, `redefinition of group name "a"`},
	{`(?P<1>a)`, 4, `bad character in group name "1"`},
	{`(?P<>a)`, 4, "missing group name"},
	{`(?P<a`, 4, "missing > after group name"},
	{`(?P=a)`, 4, `unknown group name "a"`},
	{`(?P>a)`, 0, "unknown extension ?P>"},
	{`(?<a>b)`, 0, "unknown extension ?<a"},
	{`(?~a)`, 0, "unknown extension ?~"},
	{`(?`, 2, "unexpected end of pattern"},
	{`(?<=a+)b`, 0, "look-behind requires fixed-width pattern"},
	{`(?<=(a)\1)b`, 7, "cannot refer to group defined in the same look-behind"},
	{`a(?i)`, 1, "global flags not at the start of the expression"},
	{`(?L)a`, 2, "flag L cannot be used, the text is not bytes"},
	{`(?au)a`, 0, "flags a and u are incompatible"},
	{`(?a)(?u)a`, 4, "flags a and u are incompatible"},
	{`(?i-i:a)`, 0, "flag turned on and off"},
	{`(?-a:b)`, 0, "flags a and u cannot be turned off"},
	{`(?iz)`, 3, "unknown flag"},

	{`\N{DIGIT ONE}`, 0, `\N{name} is not supported, use \u or \U`},
	{`(?P<é>a)`, 4, `group name "é" is not supported, it is not ASCII`},
	{`a{2147483647}`, 1, "repeating more than 2147483646 times is not supported"},
	{`(?t)a`, 2, "flag t is not supported"},
	{"(?i)\U00010400", 4, "ignoring the case of \U00010400 is not supported"},
	{`(?ai)(a)\1`, 8, "ignoring the case of a reference is not supported with flag a"},
	{`(?:()|\1a)+`, 10, "repeating what may match nothing and refers to its own groups is not supported"},
	{`(?:(a)|b?)*+\1`, 10, "referring to a group in a possessive repeat is not supported"},
	{`(a(?(1)b))`, 5, "a condition on the group around it is not supported"},
	{strings.Repeat("(", 300), 200, "groups nested deeper than 200 are not supported"},
	{strings.Repeat("(?(1)", 300), 1000, "groups nested deeper than 200 are not supported"},
}

func TestRefusals(t *testing.T) {
	for _, test := range refusals {
		_, err := Compile(test.expr)
		var refusal *Error
		if !errors.As(err, &refusal) {
			t.Errorf("%q: got %v, want an *Error", test.expr, err)
			continue
		}
		if refusal.Msg != test.msg || refusal.Offset != test.offset || refusal.Expr != test.expr {
			t.Errorf("got %v (offset %d), want %q at %d", err, refusal.Offset, test.msg, test.offset)
		}
	}
}

func TestErrorText(t *testing.T) {
	_, err := Compile(`a**`)
	const want = `cannot compile pattern "a**": multiple repeat at offset 2`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %v", err, want)
	}
}

package configgeneral

import "strings"

// maxExpansion limits how many bytes variables insert into one tree. Without it,
// thirty lines that double each other fill any memory.
const maxExpansion = 64 << 20

// interpolate replaces $name and ${name}, except after a backslash and in single
// quotes.
func (e *evaluator) interpolate(t Text, sc *scope) (string, error) {
	s := t.s
	if strings.IndexByte(s, '$') < 0 {
		return s, nil
	}
	quotes := quotedSpans(s)
	var out strings.Builder
	done := 0
	for i := 0; i < len(s); i++ {
		if len(quotes) > 0 && quotes[0].start == i {
			i = quotes[0].end - 1
			quotes = quotes[1:]
			continue
		}
		if s[i] != '$' || i > done && s[i-1] == '\\' {
			continue
		}
		v, ok := readVariable(s, i, quotes)
		if !ok {
			continue
		}
		value, defined := sc.lookup(v.name)
		if v.glued || !defined {
			return "", undefined(t.Pos(i), v, sc)
		}
		if e.expansion -= len(value); e.expansion < 0 {
			return "", errorAt(t.Pos(i), "variables expand to more than %d MiB", maxExpansion>>20)
		}
		out.WriteString(s[done:i])
		out.WriteString(value)
		done = v.end
		i = v.end - 1
	}
	out.WriteString(s[done:])
	return out.String(), nil
}

type span struct{ start, end int }

// quotedSpans returns the single-quoted parts of s that are not empty.
func quotedSpans(s string) []span {
	var spans []span
	for i := 0; i < len(s); {
		open := strings.IndexByte(s[i:], '\'')
		if open < 0 {
			break
		}
		open += i
		length := strings.IndexByte(s[open+1:], '\'')
		if length < 0 {
			break
		}
		i = open + 1 + length
		if length > 0 {
			i++
			spans = append(spans, span{open, i})
		}
	}
	return spans
}

// variable is a reference to a variable.
type variable struct {
	name  string
	end   int  // the offset after the reference
	glued bool // a quoted part follows the name directly, which makes it undefined
}

// readVariable reads the reference at s[start], a "$". quotes are the quoted
// parts that follow. The original replaces them by letters while it searches for
// names.
func readVariable(s string, start int, quotes []span) (variable, bool) {
	i := start + 1
	braced := i < len(s) && s[i] == '{'
	if braced {
		i++
	}
	nameStart := i
	var v variable
	for i < len(s) {
		switch {
		case len(quotes) > 0 && quotes[0].start == i:
			i = quotes[0].end
			quotes = quotes[1:]
			v.glued = true
			continue
		case isNameByte(s[i], i == nameStart):
			i++
			continue
		}
		break
	}
	v.name, v.end = s[nameStart:i], i
	if v.name == "" {
		return v, false
	}
	if braced {
		if i == len(s) || s[i] != '}' {
			return v, false
		}
		v.end++
	}
	return v, true
}

func isNameByte(c byte, first bool) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return !first && strings.IndexByte("_-.:+", c) >= 0
}

func undefined(pos Pos, v variable, sc *scope) error {
	if v.glued {
		return errorAt(pos, "variable name %q is directly followed by a single quote: write \\$ for a literal dollar sign, or ${name}", v.name)
	}
	if sc.isHidden(v.name) {
		return errorAt(pos, "variable %q is not defined here: a named block that occurs again does not see the variables of enclosing blocks", v.name)
	}
	if prefix, ok := sc.knownPrefix(v.name); ok {
		return errorAt(pos, "variable %q is not defined: write ${%s} to mark the end of the name", v.name, prefix)
	}
	return errorAt(pos, "variable %q is not defined: set it before its use, in this block or in an enclosing block", v.name)
}

// unescape removes the backslash before $, \, " and #.
func unescape(s string) string {
	next := strings.IndexByte(s, '\\')
	if next < 0 {
		return s
	}
	var out strings.Builder
	for next >= 0 && next+1 < len(s) {
		out.WriteString(s[:next])
		if strings.IndexByte(`$\"#`, s[next+1]) < 0 {
			out.WriteByte('\\')
		}
		out.WriteByte(s[next+1])
		s = s[next+2:]
		next = strings.IndexByte(s, '\\')
	}
	out.WriteString(s)
	return out.String()
}

// Package envfile reads a file of environment variables, in the syntax that
// systemd.exec(5) gives EnvironmentFile=:
//
//	NAME=a value           blanks around it do not count; \x is x
//	NAME=begins \          a backslash at the end of a line continues it
//	     and ends
//	NAME='one              everything up to the next ' is the value
//	two'
//	NAME="one              the same up to the next "; \" \\ \` and \$ are the
//	two"                   second character, and a backslash continues a line
//	# or ;                 begins a comment
//	export NAME=value      a line of a shell script; systemd ignores it
//
// Lines that are no assignment are ignored and reported.
package envfile

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Longest is the longest variable that execve(2) accepts, in bytes: MAX_ARG_STRLEN
// without the final NUL byte.
const Longest = 32*4096 - 1

const byteOrderMark = "\ufeff"

// Error reports text that cannot be passed to a program.
type Error struct {
	Line int
	Text string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// Read returns the variables as NAME=VALUE, in the order of the file, and the numbers of
// the lines that are not assignments. It reads to the end of the file. A variable that is
// longer than [Longest] is an *Error.
func Read(r io.Reader) (pairs []string, ignored []int, err error) {
	p := &parser{line: 1}
	in := bufio.NewReader(r)
	if mark, _ := in.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = in.Discard(len(mark)) // the byte order mark is not part of the first name
	}
	for {
		c, err := in.ReadByte()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		p.state = p.next(c)
		if c == '\n' {
			p.line++
		}
		if len(p.name)+len(p.value) > Longest {
			return nil, nil, &Error{p.first, fmt.Sprintf("the line has more than %d bytes, the limit of execve(2)", Longest)}
		}
	}
	p.end()
	return p.pairs, p.ignored, nil
}

// parser processes one byte at a time. Its states are those of systemd
// (parse_env_file_internal in its source).
type parser struct {
	state       state
	name, value []byte
	kept        int // the length of value without the blanks at its end
	line, first int // the lines of the next byte, and of the name

	pairs   []string
	ignored []int
}

type state int

const (
	beforeName state = iota
	comment
	commentEscape
	inName
	beforeValue // or after a quoted part of it
	inValue
	valueEscape
	singleQuoted
	doubleQuoted
	doubleQuotedEscape
)

func isNewline(c byte) bool { return c == '\n' || c == '\r' }
func isBlank(c byte) bool   { return c == ' ' || c == '\t' || isNewline(c) }

func (p *parser) next(c byte) state {
	switch p.state {
	case beforeName:
		switch {
		case c == '#' || c == ';':
			return comment
		case isBlank(c):
			return beforeName
		}
		p.first = p.line
		p.name = append(p.name[:0], c)
		return inName
	case comment:
		switch {
		case c == '\\':
			return commentEscape
		case isNewline(c):
			return beforeName
		}
		return comment
	case commentEscape: // the comment does not continue on the next line, since systemd 254
		if isNewline(c) {
			return beforeName
		}
		return comment
	case inName:
		switch {
		case isNewline(c):
			p.ignore()
			return beforeName
		case c == '=':
			return beforeValue
		}
		p.name = append(p.name, c)
		return inName
	case beforeValue, inValue:
		return p.unquoted(c)
	case valueEscape:
		if !isNewline(c) {
			p.keep(c)
		}
		return inValue
	case singleQuoted:
		if c == '\'' {
			return beforeValue
		}
		p.keep(c)
		return singleQuoted
	case doubleQuoted:
		switch c {
		case '"':
			return beforeValue
		case '\\':
			return doubleQuotedEscape
		}
		p.keep(c)
		return doubleQuoted
	default: // doubleQuotedEscape
		switch {
		case strings.IndexByte("\"\\`$", c) >= 0:
			p.keep(c)
		case c != '\n':
			p.keep('\\', c)
		}
		return doubleQuoted
	}
}

// unquoted processes a byte of a value outside of quotes.
func (p *parser) unquoted(c byte) state {
	switch {
	case isNewline(c):
		p.assign()
		return beforeName
	case c == '\\':
		p.kept = len(p.value)
		return valueEscape
	case p.state == beforeValue && c == '\'':
		return singleQuoted
	case p.state == beforeValue && c == '"':
		return doubleQuoted
	case isBlank(c):
		if p.state == inValue {
			p.value = append(p.value, c)
		}
		return p.state
	}
	p.keep(c)
	return inValue
}

// keep marks the value up to here as free of trailing blanks.
func (p *parser) keep(c ...byte) {
	p.value = append(p.value, c...)
	p.kept = len(p.value)
}

// assign completes an assignment.
func (p *parser) assign() {
	name := strings.TrimSpace(strings.TrimPrefix(string(p.name), "export "))
	value := string(p.value[:p.kept])
	if isName(name) && strings.IndexByte(value, 0) < 0 {
		p.pairs = append(p.pairs, name+"="+value)
	} else {
		p.ignore()
	}
	p.name, p.value, p.kept = p.name[:0], p.value[:0], 0
}

// isName reports whether a program can look up a variable of this name. systemd accepts
// only letters, digits and the underscore; env(1) accepts all of these.
func isName(name string) bool {
	return name != "" && !strings.ContainsAny(name, " \t=\x00")
}

func (p *parser) ignore() {
	p.ignored = append(p.ignored, p.first)
	p.name = p.name[:0]
}

// end completes the last line, which may lack a newline. The value of an unclosed quote
// is used, and its line is reported.
func (p *parser) end() {
	switch p.state {
	case inName:
		p.ignore()
	case singleQuoted, doubleQuoted, doubleQuotedEscape:
		p.ignored = append(p.ignored, p.first)
		p.assign()
	case beforeValue, inValue, valueEscape:
		p.assign()
	}
}

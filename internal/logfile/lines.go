package logfile

import "bytes"

// Longest is the length of the pieces into which a longer line is divided.
const Longest = 64 << 10

// Lines divides text that arrives in pieces into lines.
type Lines struct {
	text   []byte
	inLine bool // the text continues a line
}

// Add appends text.
func (l *Lines) Add(text []byte) { l.text = append(l.text, text...) }

// Next returns the next line with its newline, or a piece of a long one, and whether it
// begins a line. It returns nothing if the end of the line is not known yet. The line is
// valid until the next call of Add.
func (l *Lines) Next() (line []byte, begins bool) {
	end := bytes.IndexByte(l.text[:min(len(l.text), Longest)], '\n') + 1
	if end == 0 {
		if len(l.text) < Longest {
			return nil, false
		}
		end = Longest
	}
	return l.take(end)
}

// Rest returns the text of an incomplete line, and whether it begins the line.
func (l *Lines) Rest() (text []byte, begins bool) { return l.take(len(l.text)) }

func (l *Lines) take(end int) ([]byte, bool) {
	line, begins := l.text[:end], !l.inLine
	if end > 0 {
		l.inLine = line[end-1] != '\n'
	}
	l.text = l.text[end:]
	if len(l.text) == 0 {
		l.text = nil // the line stays valid
	}
	return line, begins
}

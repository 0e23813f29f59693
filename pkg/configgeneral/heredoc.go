package configgeneral

import "strings"

// hereDoc is a here-document that is being read.
type hereDoc struct {
	key   Text
	end   string
	lines []Text
}

// findHereDoc recognizes "key = <<END" (the key may hold blanks) and "key <<END".
func findHereDoc(t Text) (*hereDoc, bool) {
	if !strings.Contains(t.s, "<<") {
		return nil, false
	}
	if equals := strings.IndexByte(t.s, '='); equals > 0 {
		if end, ok := hereDocEnd(t.s[equals+1:]); ok {
			return &hereDoc{key: t.upTo(equals).trim(), end: end}, true
		}
	}
	t = t.trimLeft()
	if blank := strings.IndexAny(t.s, blanks); blank > 0 {
		if end, ok := hereDocEnd(t.s[blank:]); ok {
			return &hereDoc{key: t.upTo(blank), end: end}, true
		}
	}
	return nil, false
}

// hereDocEnd returns the text after "<<". It may be blank, but not empty: then a
// last blank counts.
func hereDocEnd(s string) (end string, ok bool) {
	s, ok = strings.CutPrefix(strings.TrimLeft(s, blanks), "<<")
	if !ok || s == "" {
		return "", false
	}
	if end = strings.Trim(s, blanks); end == "" {
		end = s[len(s)-1:]
	}
	return end, true
}

func (d *hereDoc) check() error {
	switch {
	case d.key.s == "0":
		return lossAt(d.key.Pos(0), "a here-document cannot have the key %q", d.key.s)
	case strings.HasPrefix(d.key.s, "<"):
		return lossAt(d.key.Pos(0), "a here-document cannot have a key that begins with %q: %q", "<", d.key.s)
	}
	return nil
}

// endsAt reports whether line ends the document, and the indentation that is
// then removed from every line that has it.
func (d *hereDoc) endsAt(line string) (indent string, ok bool) {
	at := strings.LastIndex(line, d.end)
	if at < 0 || strings.Trim(line, blanks) != strings.Trim(d.end, blanks) {
		return "", false
	}
	return line[:at], true
}

func (d *hereDoc) text(indent string) Text {
	var b textBuilder
	for i, line := range d.lines {
		if strings.HasPrefix(line.s, indent) {
			line = line.from(len(indent))
		}
		if i < len(d.lines)-1 {
			// The newline stands right behind its line, so no cut is needed.
			line.s += "\n"
		}
		b.add(line)
	}
	if len(d.lines) == 0 {
		b.add(d.key.from(len(d.key.s)))
	}
	return b.text().trim()
}

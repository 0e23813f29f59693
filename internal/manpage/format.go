package manpage

import (
	"fmt"
	"strings"
)

// How far texts are indented, in columns.
const (
	body = 7 // the text of a section
	sub  = 3 // the title of a subsection
	step = 7 // of .TP, .IP and .RS without a number
)

// formatter turns the lines of a page into those of the text.
type formatter struct {
	styled bool
	text   strings.Builder
	blank  bool // the last line is blank, or there is none yet

	left    int   // of the section, moved by .RS
	outer   []int // left before each .RS
	hang    int   // how much further a tagged paragraph is indented
	verbal  bool  // between .nf and .fi: lines as they are
	awaited bool  // the next line is the tag of a paragraph
	tag     string
	words   []string // of the paragraph so far
	font    rune     // in which the last of them ended

	foot [3]string
}

func format(page string, styled bool) (string, error) {
	f := &formatter{styled: styled, left: body, blank: true, font: roman}
	for i, line := range strings.Split(strings.TrimRight(page, "\n"), "\n") {
		if err := f.line(line); err != nil {
			return "", fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	f.flush()
	f.space()
	f.put(spread(f.foot))
	return f.text.String(), nil
}

// line formats one line of the page.
func (f *formatter) line(line string) error {
	if strings.HasPrefix(line, `.\"`) || line == "." {
		return nil
	}
	if rest, isMacro := strings.CutPrefix(line, "."); isMacro {
		name, rest, _ := strings.Cut(rest, " ")
		return f.macro(name, arguments(rest))
	}
	text, err := decode(line)
	if err != nil {
		return err
	}
	f.add(text)
	return nil
}

// add takes a line of text, in whatever way the paragraph wants it.
func (f *formatter) add(text string) {
	switch {
	case f.awaited:
		f.awaited, f.tag = false, text
	case f.verbal:
		f.put(strings.Repeat(" ", f.left+f.hang) + text)
	case strings.TrimSpace(text) == "":
		f.paragraph()
	default:
		f.addWords(text)
	}
}

// addWords cuts a text into words. A font that goes on over a blank is begun
// again, so that words can be put on any line.
func (f *formatter) addWords(text string) {
	for word := range strings.FieldsSeq(text) {
		begun := string(f.font) + word
		for _, r := range word {
			if r == roman || r == bold || r == under {
				f.font = r
			}
		}
		f.words = append(f.words, begun+string(rune(roman)))
	}
}

// flush writes the paragraph out.
func (f *formatter) flush() {
	indent := strings.Repeat(" ", f.left+f.hang)
	line := indent
	if f.tag != "" {
		line = strings.Repeat(" ", f.left) + f.tag + string(rune(roman))
		if columns(line) >= len(indent) {
			f.put(line)
			line = indent
		} else {
			line += strings.Repeat(" ", len(indent)-columns(line))
		}
		f.tag = ""
	}
	empty := true
	for _, word := range f.words {
		if !empty && columns(line)+1+columns(word) > width {
			f.put(line)
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	if line != indent {
		f.put(line)
	}
	f.words, f.font = nil, roman
}

// put writes one line.
func (f *formatter) put(line string) {
	painted := paint(line, f.styled)
	f.text.WriteString(painted + "\n")
	f.blank = painted == ""
}

// space writes a blank line, unless there is one.
func (f *formatter) space() {
	if !f.blank {
		f.put("")
	}
}

// paragraph ends the one before.
func (f *formatter) paragraph() {
	f.flush()
	f.space()
	f.hang = 0
}

// spread puts three texts at the left, in the middle and at the right of a line.
func spread(texts [3]string) string {
	free := width - columns(texts[0]) - columns(texts[1]) - columns(texts[2])
	first := max(1, (width-columns(texts[1]))/2-columns(texts[0]))
	return texts[0] + strings.Repeat(" ", first) + texts[1] + strings.Repeat(" ", max(1, free-first)) + texts[2]
}

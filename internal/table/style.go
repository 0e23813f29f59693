package table

// Style is how a text is printed on a terminal with colours.
type Style int

const (
	Plain   Style = iota
	Good          // as it should be
	Warning       // needs attention
	Fault         // needs an action
	Quiet         // less important
	Title         // of a column or a screen
)

// sequences are the SGR sequences of ECMA-48. They work with light and dark backgrounds.
var sequences = map[Style]string{
	Good:    "\x1b[32m",
	Warning: "\x1b[33m",
	Fault:   "\x1b[31m",
	Quiet:   "\x1b[2m",
	Title:   "\x1b[1m",
}

const reset = "\x1b[0m"

// Paint returns a text with the sequences of a style.
func (s Style) Paint(text string) string {
	if s == Plain || text == "" {
		return text
	}
	return sequences[s] + text + reset
}

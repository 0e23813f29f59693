package instance

import (
	"errors"

	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/pkg/printable"
)

// linesOf returns an error as lines for the log: one for each of several joined errors,
// with the program's output (More) and the hint.
func linesOf(err error) (lines []string) {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range several.Unwrap() {
			lines = append(lines, linesOf(err)...)
		}
		return lines
	}
	lines = append(lines, printable.Text(err.Error()))
	var said interface{ More() []string }
	if errors.As(err, &said) {
		lines = append(lines, said.More()...)
	}
	if h := hint.Of(err); h != "" {
		lines = append(lines, "hint: "+h)
	}
	return lines
}

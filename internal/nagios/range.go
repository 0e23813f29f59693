package nagios

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Range is a range of values in the syntax of the guidelines, [@]start:end. A value
// outside of it raises an alert; with @, a value inside of it, ends included.
//
//	10      from 0 to 10        10:20   from 10 to 20
//	10:     from 10 on          ~:10    up to 10
//	@10:20  an alert from 10 to 20
type Range struct {
	Start, End float64 // may be infinite
	Inside     bool    // @
}

// ErrRange is the error for a text that is no range.
var ErrRange = errors.New(`want a range such as 5, 1:5, 1:, ~:5 or @1:5`)

// ParseRange parses a range.
func ParseRange(text string) (Range, error) {
	r := Range{End: math.Inf(1)}
	text, r.Inside = strings.CutPrefix(text, "@")
	start, end, both := strings.Cut(text, ":")
	if !both {
		start, end = "0", start
	}
	var ok bool
	switch {
	case start == "~":
		r.Start, ok = math.Inf(-1), true
	case start == "" && both: // as the guidelines leave it out
		ok = end != ""
	default:
		r.Start, ok = number(start)
	}
	if ok && (end != "" || !both) {
		r.End, ok = number(end)
	}
	if !ok || r.Start > r.End {
		return Range{}, ErrRange
	}
	return r, nil
}

// number parses a decimal number. The guidelines have no exponents and no hexadecimal
// numbers.
func number(text string) (float64, bool) {
	if text == "" || strings.Trim(text, "-0123456789.") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}

// Alerts reports whether the value raises an alert.
func (r Range) Alerts(value float64) bool {
	return (value >= r.Start && value <= r.End) == r.Inside
}

// String returns the range in the syntax of the guidelines.
func (r Range) String() string {
	text := ""
	if r.Inside {
		text = "@"
	}
	switch {
	case math.IsInf(r.Start, -1):
		text += "~:"
	case r.Start != 0 || math.IsInf(r.End, 1):
		text += format(r.Start) + ":"
	}
	if !math.IsInf(r.End, 1) {
		text += format(r.End)
	}
	return text
}

func format(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

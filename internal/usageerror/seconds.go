package usageerror

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Seconds parses a number of seconds, which may have a fraction, from 0 to most. It
// rejects signs, and hexadecimal or grouped digits, which are most likely mistakes.
func Seconds(text string, most float64) (time.Duration, bool) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || n < 0 || n > most || strings.ContainsAny(text, "xX_") || Signed(text) {
		return 0, false
	}
	return time.Duration(math.Round(n * float64(time.Second))), true
}

// Signed reports whether a number has a sign.
func Signed(number string) bool { return strings.ContainsAny(number[:min(1, len(number))], "+-") }

package systemd

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/importing/entry"
)

// The units of systemd.time(7), in seconds.
var timeUnits = map[string]float64{
	"us": 1e-6, "usec": 1e-6, "µs": 1e-6, "μs": 1e-6,
	"ms": 1e-3, "msec": 1e-3,
	"": 1, "s": 1, "sec": 1, "second": 1, "seconds": 1,
	"m": 60, "min": 60, "minute": 60, "minutes": 60,
	"h": 3600, "hr": 3600, "hour": 3600, "hours": 3600,
	"d": 86400, "day": 86400, "days": 86400,
	"w": 7 * 86400, "week": 7 * 86400, "weeks": 7 * 86400,
	"M": 30.44 * 86400, "month": 30.44 * 86400, "months": 30.44 * 86400,
	"y": 365.25 * 86400, "year": 365.25 * 86400, "years": 365.25 * 86400,
}

var timePart = regexp.MustCompile(`^\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([a-zA-Zµμ]*)`)

// parseTimespan reads a time span such as 1min 30s. A number without a unit is
// in seconds. infinity, and times that are too long for svloop, become
// [entry.Longest].
func parseTimespan(text string) (time.Duration, bool) {
	if text == "infinity" {
		return entry.Longest, true
	}
	total := 0.0
	rest := strings.TrimSpace(text)
	if rest == "" {
		return 0, false
	}
	for rest != "" {
		match := timePart.FindStringSubmatch(rest)
		if match == nil {
			return 0, false
		}
		n, err := strconv.ParseFloat(match[1], 64)
		factor, known := timeUnits[match[2]]
		if err != nil || !known {
			return 0, false
		}
		total += n * factor
		rest = strings.TrimSpace(rest[len(match[0]):])
	}
	if total >= entry.Longest.Seconds() {
		return entry.Longest, true
	}
	return time.Duration(math.Round(total * float64(time.Second))), true
}

// timespan takes a time span of a unit. It adds a note if it cannot parse it;
// systemd could not either.
func (u *unit) timespan(e *entry.Entry, section, key string) (time.Duration, *entry.Setting) {
	s := u.Last(section, key)
	if s == nil {
		return 0, nil
	}
	d, ok := parseTimespan(s.Value)
	if !ok {
		e.NoEquivalent(s.Line, s.String())
		return 0, nil
	}
	return d, s
}

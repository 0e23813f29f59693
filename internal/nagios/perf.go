package nagios

import (
	"strings"

	"github.com/svloop/svloop/pkg/printable"
)

// Perf is one value of the performance data.
type Perf struct {
	Label    string
	Value    float64
	Unit     string // "" for a number, s, B, % or c (a counter)
	Warning  *Range // the thresholds, nil if there is none
	Critical *Range
	Min, Max *float64
}

// String returns the value in the syntax of the guidelines, without semicolons at the end.
func (p Perf) String() string {
	text := "'" + label(p.Label) + "'=" + format(p.Value) + p.Unit
	fields := []string{"", "", "", ""}
	for i, r := range []*Range{p.Warning, p.Critical} {
		if r != nil {
			fields[i] = r.String()
		}
	}
	for i, limit := range []*float64{p.Min, p.Max} {
		if limit != nil {
			fields[2+i] = format(*limit)
		}
	}
	return strings.TrimRight(text+";"+strings.Join(fields, ";"), ";")
}

// reserved has the escapes of characters that separate the parts of the output. A label
// may contain none of them; the guidelines double a quote, which Icinga cannot parse. For
// Icinga, as for check_multi, "::" begins a prefix of all later labels.
var reserved = strings.NewReplacer("'", `\x27`, "=", `\x3d`, "|", `\x7c`, "::", `\x3a\x3a`)

func label(s string) string { return reserved.Replace(printable.Text(s)) }

// text returns a text as one line that begins no performance data.
func text(s string) string { return strings.ReplaceAll(printable.Text(s), "|", `\x7c`) }

package exposition

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	t.Parallel()
	up := &Metric{Name: "up", Help: "A back\\slash\nand a line.", Type: Gauge}
	up.Add(1)
	up.Add(0, Label{"service", "web"}, Label{"state", `a "b" \ c`})
	up.Add(7, Label{"service", "web"}, Label{"state", `a "b" \ c`}) // again
	up.Add(0.5, Label{"service", "line\nline\x00\xff ü"})
	up.Add(1.5e12, Label{"service", ""})
	up.Add(1, Label{"service", `line\nline\x00\xff ü`}) // escaped, it is the other one
	all := &Metric{Name: "all_total", Help: "All.", Type: Counter}
	all.Add(-12345678.25)
	const want = `# HELP up A back\\slash\nand a line.
# TYPE up gauge
up 1
up{service="web",state="a \"b\" \\ c"} 0
up{service="line\\nline\\x00\\xff ü"} 0.5
up{service=""} 1500000000000
# HELP all_total All.
# TYPE all_total counter
all_total -12345678.25
`
	if got := Text(up, &Metric{Name: "none"}, all); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// sample is a line of the format with one label.
var sample = regexp.MustCompile(`^m\{l="((?:[^"\\\n]|\\["\\n])*)"\} 1$`)

// FuzzLabel has one line for a label with any value, and each series once.
func FuzzLabel(f *testing.F) {
	every := ""
	for b := range 256 {
		every += string([]byte{byte(b)})
	}
	f.Add(every, "web")
	f.Add("\n\x01", `\n\x01`)
	f.Fuzz(func(t *testing.T, one, other string) {
		m := &Metric{Name: "m", Help: one, Type: Gauge}
		m.Add(1, Label{"l", one})
		m.Add(1, Label{"l", other})
		text := Text(m)
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		if len(lines) != 3 && len(lines) != 4 || !utf8.ValidString(text) || !strings.HasPrefix(lines[0], "# HELP m ") || lines[1] != "# TYPE m gauge" {
			t.Fatalf("got %q", text)
		}
		seen := make(map[string]bool)
		for _, line := range lines[2:] {
			if !sample.MatchString(line) || seen[line] {
				t.Errorf("wrong or twice: %q", line)
			}
			seen[line] = true
		}
	})
}

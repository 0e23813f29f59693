package nagios

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestState(t *testing.T) {
	t.Parallel()
	words := map[State]string{OK: "OK", Warning: "WARNING", Critical: "CRITICAL", Unknown: "UNKNOWN", 7: "State(7)"}
	for state, want := range words {
		if state.String() != want {
			t.Errorf("got %q, want %q", state, want)
		}
	}
	order := []State{OK, Unknown, Warning, Critical}
	for i, better := range order {
		for _, worse := range order[i:] {
			if Worse(better, worse) != worse || Worse(worse, better) != worse {
				t.Errorf("%s is not worse than %s", worse, better)
			}
		}
	}
}

// TestRange has the examples of the guidelines.
func TestRange(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text          string
		quiet, alerts []float64
		printed       string
	}{
		{"10", []float64{0, 5.5, 10}, []float64{-1, 10.1}, "10"},
		{"10:", []float64{10, 1e9}, []float64{9.9, -1}, "10:"},
		{"~:10", []float64{-1e9, 10}, []float64{10.5}, "~:10"},
		{"10:20", []float64{10, 20}, []float64{9, 21}, "10:20"},
		{"@10:20", []float64{9, 21}, []float64{10, 15, 20}, "@10:20"},
		{"0", []float64{0}, []float64{1, -1}, "0"},
		{":5", []float64{0, 5}, []float64{6, -1}, "5"},
		{"0:", []float64{0, 7}, []float64{-1}, "0:"},
		{"~:", []float64{-1, 0, 1}, nil, "~:"},
		{"@0", []float64{1}, []float64{0}, "@0"},
		{"-2:-1.5", []float64{-2, -1.5}, []float64{0}, "-2:-1.5"},
	} {
		r, err := ParseRange(test.text)
		if err != nil || r.String() != test.printed {
			t.Errorf("%q is %q, %v", test.text, r, err)
		}
		for _, value := range test.quiet {
			if r.Alerts(value) {
				t.Errorf("%q alerts for %g", test.text, value)
			}
		}
		for _, value := range test.alerts {
			if !r.Alerts(value) {
				t.Errorf("%q does not alert for %g", test.text, value)
			}
		}
	}
	for _, text := range []string{"", ":", "@", "@:", "x", "1e3", "0x1", "inf", "NaN", "20:10", "1:2:3", "~", "1:~", " 1", "1,5", "--1", "5%"} {
		if r, err := ParseRange(text); err == nil {
			t.Errorf("%q is the range %q", text, r)
		}
	}
}

// FuzzRange prints each range so that it is parsed as the same range.
func FuzzRange(f *testing.F) {
	for _, text := range []string{"10", "@10:20", "~:", "-1.5:", ":0.1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRange(text)
		if err != nil {
			return
		}
		if again, err := ParseRange(r.String()); err != nil || again != r || math.IsNaN(r.Start) || math.IsNaN(r.End) {
			t.Errorf("%q is %+v, and printed %q: %+v, %v", text, r, r, again, err)
		}
	})
}

func pointer[T any](v T) *T { return &v }

func TestPerf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		perf Perf
		want string
	}{
		{Perf{Label: "up", Value: 1}, "'up'=1"},
		{Perf{Label: "a b", Value: 12.5, Unit: "s", Min: pointer(0.0)}, "'a b'=12.5s;;;0"},
		{Perf{Label: "web/httpd", Value: 3, Unit: "c", Warning: &Range{End: 3}, Critical: &Range{End: 10}, Min: pointer(0.0)}, "'web/httpd'=3c;3;10;0"},
		{Perf{Label: "n", Value: 1e12, Critical: &Range{Start: 1, End: math.Inf(1)}, Max: pointer(12.0)}, "'n'=1000000000000;;1:;;12"},
		{Perf{Label: "it's=a|b\n\xff'"}, `'it\x27s\x3da\x7cb\n\xff\x27'=0`},
		{Perf{Label: "a::b:c:::d"}, `'a\x3a\x3ab:c\x3a\x3a:d'=0`},
	} {
		if got := test.perf.String(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestResult(t *testing.T) {
	t.Parallel()
	r := Result{
		Service: "SVCTL", State: Critical, Text: "1 of 2 | not\nas expected", Perf: []Perf{{Label: "ok", Value: 1}},
		Details: []Perf{{Label: "web", Value: 2}}, Long: []string{"[CRITICAL] a|b", "[OK] c\x1b"},
	}
	const want = "SVCTL CRITICAL: 1 of 2 \\x7c not\\nas expected | 'ok'=1 'web'=2\n[CRITICAL] a\\x7cb\n[OK] c\\x1b\n"
	if got := r.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := (Result{Service: "S", State: Unknown, Text: "x"}).String(), "S UNKNOWN: x\n"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestResultIsBounded drops what is least important.
func TestResultIsBounded(t *testing.T) {
	t.Parallel()
	r := Result{Service: "S", Text: strings.Repeat("é", 1000), Perf: []Perf{{Label: "ok", Value: 1}}}
	for range 1000 {
		r.Details = append(r.Details, Perf{Label: "name"})
		r.Long = append(r.Long, strings.Repeat("é", 20))
	}
	got := r.String()
	first, rest, _ := strings.Cut(got, "\n")
	text, perf, _ := strings.Cut(first, " | ")
	if len(text) > maxText || !strings.HasSuffix(text, "é…") || perf != "'ok'=1" {
		t.Errorf("the first line is %q", first)
	}
	lines := strings.Split(strings.TrimSuffix(rest, "\n"), "\n")
	if len(got) > MaxOutput || len(got) < MaxOutput*9/10 || !regexp.MustCompile(`^… and 9\d\d more lines$`).MatchString(lines[len(lines)-1]) {
		t.Errorf("%d bytes, the last line is %q", len(got), lines[len(lines)-1])
	}

	long := strings.Repeat("n", maxPerf/2-10)
	one := Result{Service: "S", Text: "x", Perf: []Perf{{Label: "ok"}, {Label: long}, {Label: long + "_restarts"}}}
	if got, want := one.String(), "S OK: x | 'ok'=0 '"+long+"'=0\n"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := (Result{Service: "S", Text: "x", Perf: []Perf{{Label: long + long + long}}}).String(), "S OK: x\n"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// grammar is that of the output: of each line, and of the performance data.
var (
	firstLine = regexp.MustCompile(`^S (OK|WARNING|CRITICAL|UNKNOWN): [^|]*( \| (.*))?$`)
	perfWord  = regexp.MustCompile(`^'([^'=|:]|:[^'=|:])*:?'=-?[0-9]+(\.[0-9]+)?(c|s|B|%)?(;[-@~:0-9.]*){0,2}(;-?[0-9.]*){0,2}( |$)`)
)

// FuzzResult holds the output to the grammar, whatever the texts are.
func FuzzResult(f *testing.F) {
	every := ""
	for b := range 256 {
		every += string([]byte{byte(b)})
	}
	f.Add("web", "running", 1.0)
	f.Add(every, every, -1.5)
	f.Add(strings.Repeat("::n", 1000), "running", 0.0)
	f.Add("' = '=1;|", strings.Repeat("|\n", 3000), 1e300)
	f.Fuzz(func(t *testing.T, name, said string, value float64) {
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return
		}
		r := Result{Service: "S", Text: said, Perf: []Perf{{Label: "p"}, {Label: name + name}}, Details: []Perf{{Label: name, Value: value, Unit: "c"}}, Long: []string{said, name}}
		got := r.String()
		if len(got) > MaxOutput || !utf8.ValidString(got) {
			t.Errorf("%d bytes: %q", len(got), got)
		}
		first, long, _ := strings.Cut(got, "\n")
		m := firstLine.FindStringSubmatch(first)
		if m == nil || strings.Contains(long, "|") {
			t.Fatalf("not in the grammar: %q", got)
		}
		for perf := m[2][3:]; perf != ""; {
			word := perfWord.FindString(perf)
			if word == "" {
				t.Fatalf("not in the grammar: %q", perf)
			}
			perf = perf[len(word):]
		}
	})
}

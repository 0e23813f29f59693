package spawn

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

var rlimits = []struct {
	text    string
	want    Rlimit
	printed string
}{
	{"nofile=100", Rlimit{"nofile", 100, 100}, "nofile=100:100"},
	{"nofile=100:200", Rlimit{"nofile", 100, 200}, "nofile=100:200"},
	{"NOFILE=0:0", Rlimit{"nofile", 0, 0}, "nofile=0:0"},
	{"RLIMIT_CORE=unlimited", Rlimit{"core", math.MaxUint64, math.MaxUint64}, "core=unlimited:unlimited"},
	{"core=0:infinity", Rlimit{"core", 0, math.MaxUint64}, "core=0:unlimited"},
	{"as=9223372036854775807", Rlimit{"as", math.MaxInt64, math.MaxInt64}, "as=9223372036854775807:9223372036854775807"},
}

func TestParseRlimit(t *testing.T) {
	t.Parallel()
	for _, test := range rlimits {
		got, err := ParseRlimit(test.text)
		if err != nil || got != test.want || got.String() != test.printed {
			t.Errorf("ParseRlimit(%q) = %+v, %v; want %+v, printed %q", test.text, got, err, test.want, test.printed)
		}
	}
	for name := range resources {
		if got, err := ParseRlimit(name + "=1"); err != nil || got != (Rlimit{name, 1, 1}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

var (
	wantName   = "want NAME=SOFT[:HARD] with NAME one of " + strings.Join(slices.Sorted(maps.Keys(resources)), ", ")
	badRlimits = []struct{ text, want string }{
		{"", wantName},
		{"nofile", wantName},
		{"=1", wantName},
		{"files=1", wantName},
		{"no file=1", wantName},
		{" nofile=1", wantName},
		{"nofile=", "want whole numbers or unlimited for SOFT and HARD"},
		{"nofile=:", "want whole numbers or unlimited for SOFT and HARD"},
		{"nofile=1:", "want whole numbers or unlimited for SOFT and HARD"},
		{"nofile=:1", "want whole numbers or unlimited for SOFT and HARD"},
		{"nofile=-1", "want whole numbers or unlimited for SOFT and HARD"},
		{"nofile=1.5", "want whole numbers or unlimited for SOFT and HARD"},
		{"nofile=0x10", "want whole numbers or unlimited for SOFT and HARD"},
		{"nofile=1k", "want whole numbers or unlimited for SOFT and HARD"},
		{"nofile=1:2:3", "want whole numbers or unlimited for SOFT and HARD"},
		{"nofile=9223372036854775808", "want whole numbers or unlimited for SOFT and HARD"},
		{"nofile=2:1", "SOFT must not be above HARD"},
		{"nofile=unlimited:1", "SOFT must not be above HARD"},
	}
)

func TestParseRlimitRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range badRlimits {
		got, err := ParseRlimit(test.text)
		if err == nil || err.Error() != test.want || got != (Rlimit{}) {
			t.Errorf("ParseRlimit(%q) = %+v, %v; want %s", test.text, got, err, test.want)
		}
	}
}

// TestRlimitNearest: if "unlimited" is not permitted, the highest permitted value is set.
func TestRlimitNearest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ limit, soft, warning string }{
		{"nofile=unlimited", "", "limit nofile=unlimited is not permitted: the program gets nofile=HARD\n"},
		{"nofile=20:unlimited", "20", "limit nofile=20:unlimited is not permitted: the program gets nofile=20:HARD\n"},
		{"nofile=20:9223372036854775807", "20", "limit nofile=20:9223372036854775807 is not permitted: the program gets nofile=20:HARD\n"},
		{"nofile=20", "20", ""},
	} {
		limit, err := ParseRlimit(test.limit)
		check(t, err)
		said := ""
		got, err := outcome(t, Program{
			Argv:  []string{"/bin/sh", "-c", "ulimit -Sn; ulimit -Hn"},
			Setup: Setup{Rlimits: []Rlimit{limit}},
			Warn:  func(text string) { said += text + "\n" },
		})
		fields := strings.Fields(got)
		if err != nil || len(fields) != 3 || fields[2] != "0" {
			t.Errorf("%s: %q, %v", test.limit, got, err)
			continue
		}
		soft, hard := cmp.Or(test.soft, fields[1]), fields[1]
		if said != strings.ReplaceAll(test.warning, "HARD", hard) || fields[0] != soft {
			t.Errorf("%s: %q, said %s", test.limit, got, said)
		}
	}
}

func TestRlimitPermitted(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"nofile=unlimited": true, "nofile=5:unlimited": true, "nofile=9223372036854775807": true, "nproc=unlimited": true,
		"nofile=5": false, "nproc=9223372036854775807": false, "core=0": false,
	} {
		r, err := ParseRlimit(text)
		check(t, err)
		if values := r.permitted(); len(values) > 0 != want {
			t.Errorf("%s: others that are permitted: %v", text, values)
		}
	}
}

func FuzzParseRlimit(f *testing.F) {
	for _, test := range rlimits {
		f.Add(test.text)
	}
	for _, test := range badRlimits {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRlimit(text)
		if err != nil {
			return
		}
		if _, known := resources[r.Name]; !known || r.Soft > r.Hard {
			t.Fatalf("ParseRlimit(%q) = %+v", text, r)
		}
		if again, err := ParseRlimit(r.String()); err != nil || again != r {
			t.Fatalf("%q is %+v, printed %q is %+v (%v)", text, r, r, again, err)
		}
	})
}

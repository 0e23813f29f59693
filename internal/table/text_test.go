package table

import (
	"slices"
	"testing"
)

func TestWidth(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 0, "web": 3, "é": 1, "e\u0301": 1, "日本": 4, "ﾊﾝｶｸ": 4, "한국": 4, "👍": 2, "👍🏽": 2, "🇩🇪": 2, "…": 1, "a\u0300\u0301b": 2,
	} {
		if got := Width(text); got != want {
			t.Errorf("%q has %d columns, want %d", text, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text    string
		columns int
		want    string
	}{
		{"web", 3, "web"}, {"", 0, ""}, {"", 5, ""}, {"web", 0, ""}, {"web", -1, ""}, {"web", 1, "…"}, {"webs", 2, "…s"}, {"webs", 3, "w…s"},
		{"shop/frontend/checkout-1", 11, "shop/…out-1"}, {"shop/frontend/checkout-1", 12, "shop/…kout-1"},
		{"日本語日本語", 12, "日本語日本語"}, {"日本語日本語", 11, "日本…本語"}, {"日本語日本語", 9, "日本…本語"}, {"日本語", 3, "…"}, {"日本語", 4, "…語"},
		{"e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301…e\u0301"},
	} {
		if got := Shorten(test.text, test.columns); got != test.want {
			t.Errorf("%q in %d columns: got %q, want %q", test.text, test.columns, got, test.want)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text    string
		columns int
		indent  int
		want    []string
	}{
		{"", 10, 0, []string{""}},
		{"one two three", 0, 4, []string{"    one two three"}},
		{"one two three", 13, 0, []string{"one two three"}},
		{"one two three", 12, 0, []string{"one two", "three"}},
		{"one two three", 9, 2, []string{"  one two", "  three"}},
		{"one two three", 5, 4, []string{"one", "two", "three"}},
		{"one two three", 2, 0, []string{"on", "e", "tw", "o", "th", "re", "e"}},
		{"a longest b", 4, 0, []string{"a", "long", "est", "b"}},
		{"日本語", 5, 0, []string{"日本", "語"}},
		{"日本語", 1, 0, []string{"…", "…", "…"}},
	} {
		if got := Wrap(test.text, test.columns, test.indent); !slices.Equal(got, test.want) {
			t.Errorf("%q in %d columns: got %q, want %q", test.text, test.columns, got, test.want)
		}
	}
}

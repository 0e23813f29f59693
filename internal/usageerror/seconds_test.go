package usageerror

import (
	"testing"
	"time"
)

func TestSeconds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"0": 0, "1": time.Second, "0.25": 250 * time.Millisecond, ".5": 500 * time.Millisecond, "1e1": 10 * time.Second, "60": time.Minute,
	} {
		if got, ok := Seconds(text, 60); got != want || !ok {
			t.Errorf("%q is %s, %v; want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "60.1", "-1", "-0", "+1", "0x10", "1_0", "NaN", "Inf", "1s", " 1", "one"} {
		if got, ok := Seconds(text, 60); ok {
			t.Errorf("%q is %s, want a refusal", text, got)
		}
	}
}

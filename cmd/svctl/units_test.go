package main

import "testing"

func TestUnits(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[float64]string{
		0: "0s", 0.9: "0s", 59.9: "59s", 60: "1m0s", 725: "12m5s", 3600: "1h0m", 11099: "3h4m", 86400: "1d0h", 273900: "3d4h", 1e8: "1157d9h",
	} {
		if got := span(seconds); got != want {
			t.Errorf("%v s: got %s, want %s", seconds, got, want)
		}
	}
	for bytes, want := range map[uint64]string{
		0: "0K", 1024: "1K", 984 << 10: "984K", 1023 << 10: "1023K", 1<<20 - 1: "1.0M", 12900000: "12.3M", 104857600: "100M", 1 << 30: "1.0G", 1 << 40: "1.0T", 5 << 50: "5120.0T",
	} {
		if got := size(bytes); got != want {
			t.Errorf("%d bytes: got %s, want %s", bytes, got, want)
		}
	}
	for share, want := range map[float64]string{0: "0.0%", 0.06: "0.1%", 99.9: "99.9%", 99.96: "100%", 1600: "1600%"} {
		if got := percent(share); got != want {
			t.Errorf("%v: got %s, want %s", share, got, want)
		}
	}
}

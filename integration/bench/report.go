package main

import (
	"fmt"
	"slices"
	"time"
)

func median(of []time.Duration) time.Duration {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// show prints the medians and their ratios to another peer, with the bound for svloop.
// Without a bound, svloop is the reference.
func show(title string, order []string, all times, beside string, bound float64) {
	reference := beside
	if len(all[reference]) == 0 {
		reference = "svloop"
	}
	one := median(all[reference])
	fmt.Printf("\n%s (beside %s)\n", title, reference)
	for _, name := range order {
		if len(all[name]) > 0 {
			m := median(all[name])
			fmt.Printf("  %-22s %10.2f ms %8.1f\n", name, ms(m), float64(m)/float64(one))
		}
	}
	if reference == beside {
		verdict("svloop: times "+beside, float64(median(all["svloop"]))/float64(one), bound, "")
	}
}

// verdict compares a ratio with a bound.
func verdict(what string, got, most float64, unit string) {
	word := "pass"
	if got > most {
		word = "FAIL"
	}
	if unit != "" {
		unit = " " + unit
	}
	fmt.Printf("  %s: %.2f%s, at most %g%s: %s\n", what, got, unit, most, unit, word)
}

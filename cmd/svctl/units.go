package main

import (
	"fmt"
	"time"
)

// span returns a time in its two largest units: 45s, 12m5s, 3h4m, 3d4h.
func span(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second)).Truncate(time.Second)
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm%ds", d/time.Minute, d%time.Minute/time.Second)
	case d < day:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%dd%dh", d/day, d%day/time.Hour)
}

// size returns a number of bytes in three digits or so, in powers of 1024 as top(1): 984K,
// 12.3M, 1.2G.
func size(bytes uint64) string {
	n := float64(bytes) / 1024
	for _, unit := range []string{"K", "M", "G"} {
		switch {
		case n < 99.95 && unit != "K":
			return fmt.Sprintf("%.1f%s", n, unit)
		case n < 1023.5:
			return fmt.Sprintf("%.0f%s", n, unit)
		}
		n /= 1024
	}
	return fmt.Sprintf("%.1fT", n)
}

// percent returns the share of one processor.
func percent(share float64) string {
	if share < 99.95 {
		return fmt.Sprintf("%.1f%%", share)
	}
	return fmt.Sprintf("%.0f%%", share)
}

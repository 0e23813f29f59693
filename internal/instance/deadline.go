package instance

import "time"

// deadline is a point in time by which something must happen, or unset. It has no timer:
// the event loop compares it with the clock after it has handled every event.
type deadline struct {
	begun    time.Time // when it was set
	at       time.Time // zero: unset
	extended bool
}

// set sets the deadline to a time from now; 0 unsets it.
func (d *deadline) set(after time.Duration) {
	*d = deadline{}
	if after > 0 {
		d.begun = time.Now()
		d.at = d.begun.Add(after)
	}
}

// extend moves the deadline to a later time; an earlier time changes nothing.
func (d *deadline) extend(after time.Duration) {
	if at := time.Now().Add(after); !d.at.IsZero() && at.After(d.at) {
		d.at, d.extended = at, true
	}
}

// passed reports whether the deadline is set and has passed.
func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

// within returns the length of the deadline, for people. If it was extended, the length
// is in tenths of a second, because extensions arrive at arbitrary moments.
func (d *deadline) within() time.Duration {
	all := d.at.Sub(d.begun)
	if d.extended {
		all = all.Round(100 * time.Millisecond)
	}
	return all
}

// earliest returns the first of the deadlines that are set, or the zero time.
func earliest(all ...*deadline) (first time.Time) {
	for _, d := range all {
		if !d.at.IsZero() && (first.IsZero() || d.at.Before(first)) {
			first = d.at
		}
	}
	return first
}

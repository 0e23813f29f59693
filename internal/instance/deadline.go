package instance

import "time"

// deadline is a timer that may not be set.
type deadline struct {
	timer    *time.Timer
	begun    time.Time // when it was set
	at       time.Time
	extended bool
}

// set starts it anew, or with 0 stops it.
func (d *deadline) set(after time.Duration) {
	d.stop()
	if after > 0 {
		d.begun, d.extended = time.Now(), false
		d.start(d.begun.Add(after))
	}
}

// extend makes it later, if that is later.
func (d *deadline) extend(after time.Duration) {
	if at := time.Now().Add(after); d.timer != nil && at.After(d.at) {
		d.stop()
		d.start(at)
		d.extended = true
	}
}

func (d *deadline) start(at time.Time) {
	d.timer, d.at = time.NewTimer(time.Until(at)), at
}

func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}

// passed is nil, which nothing comes from, when it is not set.
func (d *deadline) passed() <-chan time.Time {
	if d.timer == nil {
		return nil
	}
	return d.timer.C
}

// again has a deadline that has passed pass once more.
func (d *deadline) again() { d.start(d.at) }

// isOver reports whether it is set and has passed.
func (d *deadline) isOver() bool { return d.timer != nil && !time.Now().Before(d.at) }

// within is how much time there was: with extensions, which begin whenever the
// program asks for them, in tenths of a second.
func (d *deadline) within() time.Duration {
	all := d.at.Sub(d.begun)
	if d.extended {
		all = all.Round(100 * time.Millisecond)
	}
	return all
}

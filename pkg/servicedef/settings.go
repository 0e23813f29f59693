package servicedef

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The values of the settings, as those of the options of the original with the
// same names.
var (
	Logs      = []string{"null", "file", "syslog", "stdout"}
	LogLevels = []string{"debug", "info", "warning", "error", "critical"}
)

func isLogLevel(word string) bool { return slices.Contains(LogLevels, strings.ToLower(word)) }

func (s Settings) check() error {
	if s.Log != "" && !slices.Contains(Logs, s.Log) {
		return fmt.Errorf("log %q is wrong: want %s", s.Log, strings.Join(Logs, ", "))
	}
	if s.LogLevel != "" && !isLogLevel(s.LogLevel) {
		return fmt.Errorf("loglevel %q is wrong: want %s", s.LogLevel, strings.Join(LogLevels, ", "))
	}
	return nil
}

// Over returns the settings, with empty ones taken from other.
func (s Settings) Over(other Settings) Settings {
	return Settings{
		Log:      cmp.Or(s.Log, other.Log),
		LogFile:  cmp.Or(s.LogFile, other.LogFile),
		LogLevel: cmp.Or(s.LogLevel, other.LogLevel),
		LogName:  cmp.Or(s.LogName, other.LogName),
		Interval: cmp.Or(s.Interval, other.Interval),
		PidFile:  cmp.Or(s.PidFile, other.PidFile),
		Store:    cmp.Or(s.Store, other.Store),
		Daemon:   s.Daemon || other.Daemon,
	}
}

// ParseInterval parses the time between two cycles, in seconds. See [IntervalRange].
func ParseInterval(text string) (d time.Duration, ok bool) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || n < 0.1 || n > 1e6 {
		return 0, false
	}
	return time.Duration(n * float64(time.Second)), true
}

// IntervalRange says what an interval has to be.
const IntervalRange = "a number of seconds from 0.1 to 1000000"

// switches are the words for a setting that is on or off. The original converts
// "true" and "false".
var switches = map[string]bool{
	"true": true, "yes": true, "on": true, "1": true,
	"false": false, "no": false, "off": false, "0": false, "": false,
}

// Check returns an error if complete settings are not valid.
func (s Settings) Check() error {
	if err := s.check(); err != nil {
		return err
	}
	if s.Log == "file" && s.LogFile == "" {
		return fmt.Errorf("log %q needs a logfile", s.Log)
	}
	return nil
}

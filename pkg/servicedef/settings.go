package servicedef

import (
	"fmt"
	"slices"
	"strings"
)

// The values of the settings, as those of the options of the original with the
// same names.
var (
	Logs      = []string{"null", "file", "syslog", "stdout"}
	LogLevels = []string{"debug", "info", "warning", "error", "critical"}
)

func (s Settings) check() error {
	if s.Log != "" && !slices.Contains(Logs, s.Log) {
		return fmt.Errorf("log %q is wrong: want %s", s.Log, strings.Join(Logs, ", "))
	}
	if s.LogLevel != "" && !slices.Contains(LogLevels, strings.ToLower(s.LogLevel)) {
		return fmt.Errorf("loglevel %q is wrong: want %s", s.LogLevel, strings.Join(LogLevels, ", "))
	}
	return nil
}

// Over returns the settings, with empty ones taken from other.
func (s Settings) Over(other Settings) Settings {
	pick := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	return Settings{
		Log:      pick(s.Log, other.Log),
		LogFile:  pick(s.LogFile, other.LogFile),
		LogLevel: pick(s.LogLevel, other.LogLevel),
		LogName:  pick(s.LogName, other.LogName),
	}
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

// Package nagios formats results for monitoring systems that run plugins: Nagios, Icinga,
// Naemon, Sensu, Consul and others. The format is that of the Monitoring Plugins
// Development Guidelines:
//
//	SERVICE STATUS: text | 'label'=value[UOM];[warn];[crit];[min];[max] …
//	long output, in any number of lines
//
// The exit status of the plugin is the [State].
//
// The package decides what is valid for all of these readers, not only for the
// guidelines. A label has no quote, no equals sign and no "::", because Icinga parses them
// differently. No text has a vertical bar, which begins performance data, also in long
// output. The whole output has at most [MaxOutput] bytes, because older readers cut it, in
// the middle of a value if need be.
package nagios

import "fmt"

// State is the state of a service, and the exit status of a plugin.
type State int

// The states.
const (
	OK       State = 0
	Warning  State = 1
	Critical State = 2
	Unknown  State = 3
)

// String returns the word of the guidelines.
func (s State) String() string {
	switch s {
	case OK:
		return "OK"
	case Warning:
		return "WARNING"
	case Critical:
		return "CRITICAL"
	case Unknown:
		return "UNKNOWN"
	}
	return fmt.Sprintf("State(%d)", int(s))
}

// Severity orders the states: critical, warning, unknown, OK. An unknown state hides no
// known problem. The plugins of the Monitoring Plugins project that combine several
// results use this order.
func (s State) Severity() int {
	switch s {
	case Critical:
		return 3
	case Warning:
		return 2
	case OK:
		return 0
	}
	return 1
}

// Worse returns the more severe state.
func Worse(a, b State) State {
	if b.Severity() > a.Severity() {
		return b
	}
	return a
}

package servicedef

import (
	"time"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// Config is a configuration: its entries and settings.
type Config struct {
	Name     string // of the file
	Tree     *configgeneral.Value
	Entries  []*Entry
	Settings Settings
	Warnings []error // about keys without an effect; each with its position

	index *index
}

// Settings are the settings of the <simplevisor> block that svctl uses. An absent
// setting is empty.
type Settings struct {
	Log      string // null, file, syslog or stdout
	LogFile  string
	LogLevel string
	LogName  string

	// Of the supervisor:
	Interval time.Duration // between two cycles
	PidFile  string
	Store    string // the file that keeps the windows of the groups
	Daemon   bool
}

// Services returns all services in the order of the file.
func (c *Config) Services() []*Service {
	return (&Entry{Children: c.Entries}).Services()
}

// Compact drops the tree, most of the memory of a configuration, which only
// [Entry.At] and a dump need. Afterwards the position of a key is that of its entry.
func (c *Config) Compact() {
	c.Tree = nil
	c.Walk(func(e *Entry) { e.block = nil })
}

// Walk visits all entries in the order of the file, a group before its children.
func (c *Config) Walk(visit func(*Entry)) { walk(c.Entries, visit) }

func walk(entries []*Entry, visit func(*Entry)) {
	for _, e := range entries {
		visit(e)
		walk(e.Children, visit)
	}
}

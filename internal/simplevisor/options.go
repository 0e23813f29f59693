package simplevisor

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Properties are the settings of a call by their names in the <simplevisor> block.
// An option sets the property of its name.
type Properties map[string]string

// Over returns the properties, with absent ones taken from other.
func (p Properties) Over(other Properties) Properties {
	all := maps.Clone(other)
	if all == nil {
		all = make(Properties)
	}
	maps.Copy(all, p)
	return all
}

// Has reports whether a property is set, perhaps to "".
func (p Properties) Has(name string) bool {
	_, set := p[name]
	return set
}

// Defaults are the properties that neither the block nor the command line sets.
var Defaults = Properties{
	"conftype": "apache", "interval": "60", "log": "stdout", "loglevel": "warning", "logname": "simplevisor",
}

// Names are the names of the properties, which a <simplevisor> block may contain.
var Names = []string{
	"command", "conftype", "daemon", "interval", "log", "logfile", "loglevel", "logname", "path", "pidfile", "store",
}

// Page is a text that a call prints instead of doing anything.
type Page string

// The pages.
const (
	Help    Page = "help"
	Version Page = "version"
	Pod     Page = "pod"
	Rst     Page = "rst"
)

// Call is a parsed command line.
type Call struct {
	Page  Page   // "": none
	Conf  string // the configuration file, "" without one
	Given Properties
}

// Commands are the commands, sorted.
var Commands = []string{
	"check", "check_configuration", "help", "pod", "restart", "restart_child", "rst", "single", "start", "status", "stop",
	"stop_children", "stop_supervisor", "wake_up",
}

// logs are the values of --log, in the order of the original's messages.
var logs = []string{"null", "file", "syslog", "stdout"}

// option is an option of the command line.
type option struct {
	name   string // the long name
	letter string // the short name, "" without one
	page   Page   // the page that it prints
	value  bool   // it takes a value
}

// options are the options, in the order of the usage text.
var options = []option{
	{name: "help", letter: "h", page: Help},
	{name: "conf", value: true},
	{name: "conftype", value: true},
	{name: "daemon"},
	{name: "interval", value: true},
	{name: "log", value: true},
	{name: "logfile", value: true},
	{name: "loglevel", value: true},
	{name: "logname", value: true},
	{name: "pidfile", letter: "p", value: true},
	{name: "store", value: true},
	{name: "version", page: Version},
}

// String returns the option as the messages of the original name it.
func (o option) String() string {
	if o.letter != "" {
		return "-" + o.letter + "/--" + o.name
	}
	return "--" + o.name
}

// set stores the value of an option.
func (c *Call) set(o option, value string) error {
	switch o.name {
	case "conf":
		c.Conf = value
		return nil
	case "interval":
		if _, err := strconv.Atoi(strings.TrimSpace(value)); err != nil {
			return &UsageError{fmt.Sprintf("argument --interval: invalid int value: '%s'", value)}
		}
		value = strings.TrimSpace(value)
	case "log":
		if !begins(logs, value) {
			return &UsageError{"argument --log: log must be one of " + strings.Join(logs, ",")}
		}
	}
	c.Given[o.name] = value
	return nil
}

// setCommand stores the command, or the page that it stands for.
func (c *Call) setCommand(word string) error {
	if !begins(Commands, word) {
		return &UsageError{"argument command: command must be one of " + strings.Join(Commands, ", ")}
	}
	switch page := Page(word); page {
	case Help, Pod, Rst:
		c.Page = page
	}
	c.Given["command"] = word
	return nil
}

// begins reports whether a word begins with one of the known ones. The original asks
// no more of a command or a log while it parses the command line: the exit status of
// "startx" is 1, and that of "nosuch" is 2.
func begins(known []string, word string) bool {
	return slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(word, k) })
}

// Package lsb names the exit codes of init scripts. They are defined in the
// Linux Standard Base Core Specification 5.0, section 22.2 "Init Script
// Actions".
//
// The specification has two tables that use the same numbers with different
// meanings: 3 means "not running" after the action status, and "unimplemented"
// after any other action. There is a type for each table, so that the compiler
// prevents confusion.
//
// # Compatibility
//
// Exported names keep their meaning within a major version.
package lsb

// Status is the exit code of the status action.
type Status int

// The codes of the status action. Codes from 5 to 99 are reserved for the
// specification, 100 to 149 for distributions and 150 to 199 for applications.
const (
	Running     Status = 0 // the program is running
	DeadPIDFile Status = 1 // the program is dead and its pid file exists
	DeadLock    Status = 2 // the program is dead and its lock file exists
	NotRunning  Status = 3 // the program is not running
	Unknown     Status = 4 // the state is unknown
)

// String returns the term of the specification, shortened.
func (s Status) String() string {
	switch s {
	case Running:
		return "running"
	case DeadPIDFile:
		return "dead, pid file exists"
	case DeadLock:
		return "dead, lock file exists"
	case NotRunning:
		return "not running"
	default:
		return "unknown"
	}
}

// Package lsb names the exit codes of init scripts, as the Linux Standard Base
// Core Specification 5.0 gives them in its section 22.2, "Init Script Actions".
//
// The specification has two tables that share the numbers and not the meaning:
// 3 says "not running" when the action was status, and "unimplemented" after
// any other. They are two types here, so that the compiler keeps them apart.
//
// # Compatibility
//
// Exported names keep their meaning within a major version.
package lsb

// Status is the exit code of the status action.
type Status int

// The codes of the status action. The specification reserves 5 to 99 for
// itself, 100 to 149 for distributions and 150 to 199 for applications.
const (
	Running     Status = 0 // the program is running
	DeadPIDFile Status = 1 // the program is dead and its pid file exists
	DeadLock    Status = 2 // the program is dead and its lock file exists
	NotRunning  Status = 3 // the program is not running
	Unknown     Status = 4 // the state cannot be told
)

// String returns the words of the specification, shortened.
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

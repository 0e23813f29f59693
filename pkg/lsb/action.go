package lsb

// Action is the exit code of every action but status.
type Action int

// The codes of actions. 8 to 99 are reserved, and 150 to 199 are for
// applications.
const (
	Done          Action = 0 // success, also when there was nothing to do
	Failed        Action = 1 // generic or unspecified error
	Usage         Action = 2 // invalid or excess arguments
	Unimplemented Action = 3 // unimplemented feature
	NotPermitted  Action = 4 // insufficient privilege
	NotInstalled  Action = 5 // the program is not installed
	NotConfigured Action = 6 // the program is not configured
	NotActive     Action = 7 // the program is not running
)

// String returns the words of the specification, shortened.
func (a Action) String() string {
	switch a {
	case Done:
		return "done"
	case Usage:
		return "wrong usage"
	case Unimplemented:
		return "unimplemented"
	case NotPermitted:
		return "not permitted"
	case NotInstalled:
		return "not installed"
	case NotConfigured:
		return "not configured"
	case NotActive:
		return "not running"
	default:
		return "failed"
	}
}

// ActionOf maps the exit status of a control command: what the specification
// does not define is a failure.
func ActionOf(exit int) Action {
	if exit >= int(Done) && exit <= int(NotActive) {
		return Action(exit)
	}
	return Failed
}

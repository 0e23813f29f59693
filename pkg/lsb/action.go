package lsb

// Action is the exit code of every action except status.
type Action int

// The codes of actions. Codes from 8 to 99 are reserved, and codes from 150 to
// 199 are for applications.
const (
	Done          Action = 0 // success, or nothing to do
	Failed        Action = 1 // generic or unspecified error
	Usage         Action = 2 // invalid or excess arguments
	Unimplemented Action = 3 // unimplemented feature
	NotPermitted  Action = 4 // insufficient privilege
	NotInstalled  Action = 5 // the program is not installed
	NotConfigured Action = 6 // the program is not configured
	NotActive     Action = 7 // the program is not running
)

// String returns the term of the specification, shortened.
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

// ActionOf converts the exit status of a control command. Codes that the
// specification does not define become [Failed].
func ActionOf(exit int) Action {
	if exit >= int(Done) && exit <= int(NotActive) {
		return Action(exit)
	}
	return Failed
}

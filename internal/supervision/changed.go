package supervision

import "github.com/svloop/svloop/pkg/servicedef"

// Changed reports whether two definitions of a service differ so much that a reload
// restarts it.
func Changed(before, now *servicedef.Service) bool { return !sameCommands(before, now) }

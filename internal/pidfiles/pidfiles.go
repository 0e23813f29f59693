// Package pidfiles says which processes count as instances of svloop and of the tool
// that it replaces, simplevisor-loop, in package pidfile.
package pidfiles

import "github.com/svloop/svloop/pkg/pidfile"

// Svloop is what svloop, and svctl beside it, count as instances. simplevisor-loop is
// a perl script, and packages install it under other names.
var Svloop = pidfile.Instances{Name: "svloop", Old: []string{"simplevisor-loop"}, Interpreter: "perl"}

// Supervisor is what svctl counts as a supervisor. simplevisor is a python script.
var Supervisor = pidfile.Instances{Name: "svctl", Old: []string{"simplevisor"}, Interpreter: "python", Lines: true}

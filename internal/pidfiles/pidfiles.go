// Package pidfiles defines which processes count as instances of svloop and of its
// predecessor simplevisor-loop, for package pidfile.
package pidfiles

import "github.com/svloop/svloop/pkg/pidfile"

// Svloop are the instances of svloop and simplevisor-loop. simplevisor-loop is a perl
// script, and packages install it under other names.
var Svloop = pidfile.Instances{Name: "svloop", Old: []string{"simplevisor-loop"}, Interpreter: "perl"}

// Supervisor is what svctl counts as a supervisor. simplevisor is a python script.
var Supervisor = pidfile.Instances{Name: "svctl", Old: []string{"simplevisor"}, Interpreter: "python", Lines: true}

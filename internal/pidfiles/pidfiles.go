// Package pidfiles defines which processes count as instances of svloop and of its
// predecessor simplevisor-loop, and which count as supervisors, for package pidfile.
package pidfiles

import "github.com/svloop/svloop/pkg/pidfile"

// Svloop are the instances of svloop and simplevisor-loop. simplevisor-loop is a perl
// script, and packages install it under other names.
var Svloop = pidfile.Instances{Name: "svloop", Old: []string{"simplevisor-loop"}, Interpreter: "perl"}

// Supervisor is what counts as a supervisor: svctl supervise, and simplevisor, a Python
// script that it replaces. Their requests are lines, such as "restart_child web/httpd".
var Supervisor = pidfile.Instances{Name: "svctl", Old: []string{"simplevisor"}, Interpreter: "python", Lines: true, OwnTouch: true}

// Svctl reads service entries, and starts, stops, restarts, checks and reports
// the services. See svctl(1).
//
// From the top to the system call, for "svctl status custom1":
//
//	main ─ run ─ load the configuration         pkg/servicedef, pkg/configgeneral
//	       select the services                  select.go
//	       statusAction                         status.go
//	         Controller.Status                  internal/control
//	           ├─ pidfile.Probe                 pkg/pidfile
//	           ├─ runner.Run                    internal/runner
//	           └─ matching.Read                 internal/matching
package main

import "os"

func main() { os.Exit(run(os.Args, os.Environ(), os.Stdout, os.Stderr)) }

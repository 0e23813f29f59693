// Svloop runs one command in a loop, in the foreground or as a daemon, owns its
// pid file, and answers --status and --quit. See svloop(1).
//
// From the top to the system call:
//
//	main ─ run ─┬─ status, quit                 pkg/pidfile
//	            ├─ detach ─ (re-executed) ─┐    pkg/daemonize
//	            └──────────────────────────┴─ instance.serve
//	                 claim the pid file         pkg/pidfile
//	                 loop: policy decides       loop.go, policy.go
//	                   execution: one run       execution.go, internal/launch
//	                 stop the tree              internal/reaper, pkg/proctree
//
// svloop needs one processor, so the limits of its cgroup mean nothing to it: the
// runtime starts sooner when it does not follow them.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0
package main

import "os"

func main() { os.Exit(int(run(os.Args, os.Environ(), os.Stdout, os.Stderr))) }

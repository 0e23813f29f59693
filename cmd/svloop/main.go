// Svloop runs one command in a loop, in the foreground or as a daemon, owns its
// pid file, and answers --status and --quit. See svloop(1).
//
// From the top to the system call:
//
//	main ─ run ─┬─ status, quit                 pkg/pidfile
//	            ├─ detach ─ (re-executed) ─┐    pkg/daemonize
//	            └─ runInstance ◄───────────┘
//	                 instance.Run               internal/instance
//	                   claim the pid file       pkg/pidfile
//	                   loop: policy decides
//	                     execute: one run       internal/launch, fork and execve
//	                   stop the process tree    internal/reaper, pkg/proctree
//
// svloop needs one processor, so the limits of its cgroup mean nothing to it: the
// runtime starts sooner when it does not follow them.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0
package main

import "os"

func main() { os.Exit(int(run(os.Args, os.Environ(), os.Stdout, os.Stderr))) }

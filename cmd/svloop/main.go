// Svloop runs one command in a loop, in the foreground or as a daemon, owns its
// pid file, and answers --status and --quit. See svloop(1).
//
// svloop --daemon, from the top to the system call:
//
//	main ─ run                        parses the options                 run.go
//	  ├─ status, quit                 other processes: the pid file      status.go
//	  └─ detach                       starts the daemon, and waits       detach.go
//	       └─ Start.Begin                                                internal/caller
//	            └─ daemonize.Start    executes this binary again         pkg/daemonize
//
//	main ─ run                        the daemon, or the foreground      run.go
//	  └─ runInstance
//	       └─ instance.Run            claims the pid file, and loops     internal/instance
//	            └─ execute            one run: start, and the event loop
//	                 └─ tree.start
//	                      └─ launch   descriptors, socket, readiness
//	                           └─ reaper.Start                           internal/reaper
//	                                └─ Program.Start                     internal/spawn
//	                                     └─ forkExec                     fork and execve
//
// With options such as --user and --rlimit, Program.Start executes this binary once more,
// in the role that sets them and then calls execve: see spawn.Role.
//
// svloop needs only one processor. The Go runtime starts sooner if it does not read
// the CPU limits of the cgroup.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0
package main

import "os"

func main() { os.Exit(int(run(os.Args, os.Environ(), os.Stdout, os.Stderr))) }

// Package output moves the output of the program and the messages of svloop to their
// destination, and never blocks on a destination that does not read.
//
//	program ── pipe ──► sink ──┬─► file      reopened by Streams.Reopen
//	   │                       └─► syslog
//	   └── its own descriptor ───► file, /dev/null, inherited
//	svloop ───────────► Log ───┬─► standard error
//	                           ├─► file      reopened by Log.Reopen
//	                           └─► syslog
//
// With --rotate or --timestamps the file is a lineFile: layout decides which bytes belong
// into which file, and series renames the files.
//
// [nowait] opens and writes without blocking.
package output

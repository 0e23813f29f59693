// Package output moves what the program and svloop write to where it belongs,
// and never blocks on a destination that does not read.
//
//	program ── pipe ──► sink ──┬─► file      reopened by Streams.Reopen
//	   │                       └─► syslog
//	   └── its own descriptor ───► file, /dev/null, inherited
//	svloop ───────────► Log ───┬─► standard error
//	                           ├─► file      reopened by Log.Reopen
//	                           └─► syslog
//
// [nowait] does the opening and writing.
package output

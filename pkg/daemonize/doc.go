//go:build linux

// Package daemonize starts this program again, or another, as a daemon, and reports to the caller
// whether the start succeeded.
//
// It re-executes the program in a new session, because a Go program cannot fork and
// continue. A pipe connects the two processes until the daemon has reported the
// outcome of its start. The daemon does not keep the caller's descriptors, terminal
// and directory.
//
//	caller                                daemon
//	──────                                ──────
//	Start ─── exec, new session ────────► FromCaller
//	Wait ◄──── "warn TEXT" ────────────── Warn     (any number)
//	     ◄──── "ready" ────────────────── Ready    the caller may report success
//	  or ◄──── "fail CODE TEXT" ───────── Fail     … a failure, after the daemon exits
//	  or ◄──── end of file ────────────── (died)   … the exit status or signal
//	  or ◄──── "unlike" ───────────────── (exits)  … [ErrUnlike], see [Options.Program]
//	     ──── SIGTERM ──────────────────►          if the caller's context is done
//
// A text may have several lines. End of file alone never means success: it means that
// the daemon died without cleaning up. The caller then terminates the processes that
// the daemon started.
//
// Both processes run the same program, unless the caller names another in
// [Options.Program]. Its main calls [FromCaller] first. Only if that returns nil, the
// process is the caller and may call [Start]:
//
//	caller, err := daemonize.FromCaller()
//	if caller != nil {
//		err := prepare() // everything that can fail
//		if err != nil {
//			caller.Fail(1, err.Error())
//			return
//		}
//		caller.Ready()
//		serve()
//	}
//
// # Properties of the daemon
//
// The daemon leads a session and a process group without a terminal. Its directory is
// "/" or [Options.Dir]. Descriptors 0 to 2 are /dev/null or [Options.Streams]. All
// other descriptors of the caller are closed when the daemon executes a program. The
// daemon does not fork twice: as a session leader it must open terminals only with
// O_NOCTTY.
//
// # Marks
//
// Environment variables mark the daemon. [FromCaller] removes them, so that no program
// that the daemon starts takes itself for a daemon. Only the process for which a mark
// was made accepts it, because a mark contains the inode of a pipe.
//
// # Limits
//
// Linux with /proc, and one daemon per process that starts itself.
// github.com/sevlyar/go-daemon does the re-execution and creates the session.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Error texts may change:
// test errors with [errors.Is] and [errors.As].
package daemonize

//go:build linux

// Package daemonize starts this program again as a daemon, and tells the caller
// the truth about that start.
//
// It re-executes the program (a Go program cannot fork and go on), in a session
// of its own, and keeps a pipe to it until the daemon has said how its start
// went. The caller's descriptors, terminal and directory are let go.
//
//	caller                                daemon
//	──────                                ──────
//	Start ─── exec, new session ────────► FromCaller
//	Wait ◄──── "warn TEXT" ────────────── Warn     (any number)
//	     ◄──── "ready" ────────────────── Ready    the caller may report success
//	  or ◄──── "fail CODE TEXT" ───────── Fail     … a failure, and waits for the end
//	  or ◄──── end of file ────────────── (died)   … the exit status or signal
//	     ──── SIGTERM ──────────────────►          when the caller's context ends
//
// A text may have several lines. The end of file alone never means success. Then
// the daemon could not clean up, and the caller ends what it has started.
//
// The two halves are one program: its main calls [FromCaller] first. Only when
// that returns nil is it the caller, which may call [Start]:
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
// # What the daemon looks like
//
// It leads a session and a process group without a terminal. Its directory is
// "/" or [Options.Dir], descriptors 0 to 2 lead to /dev/null or to
// [Options.Streams], and every other that the caller had open is closed when
// the daemon executes a program. It did not fork twice: as a session leader it
// must not open a terminal without O_NOCTTY.
//
// # Marks
//
// The environment variables that mark the daemon are taken out of it by
// [FromCaller], so that no program that it starts is taken for a daemon, and
// are believed only by the process that they were made for: a mark names a
// pipe by its inode.
//
// # Limits
//
// Linux with /proc, one daemon for each process. The re-execution and the new
// session are those of github.com/sevlyar/go-daemon.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Texts of errors may
// change: test errors with [errors.Is] and [errors.As].
package daemonize

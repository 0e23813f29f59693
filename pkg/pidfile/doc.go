//go:build linux

// Package pidfile implements a pid file that proves whether its instance is alive: it
// claims the file, reports the state of the instance, and terminates it.
//
// A daemon calls [Claim], then [File.Keep] while it runs, and [File.Release] before it
// exits. Other processes call [Probe] for the state, and [RequestQuit] to terminate
// the instance. These functions accept only proven instances. A program that shares its
// pid files with older programs names those in [Instances], and uses its methods instead.
//
// # The file
//
// The file has one line, the decimal pid, and mode 0644. A request is a second line with
// one lower-case word. The grammar is that of simplevisor-loop, which understands
// instances and callers of this package, and is understood by them:
//
//	^\d+(\s+[a-z]+)?\s*$
//
// # Locks
//
// The file has two kinds of locks, which are independent of each other:
//
//	flock(2)                  held briefly, around each read or write
//	open file description     held by the instance for its whole life, as a proof:
//	  lock (fcntl(2))         no process inherits it, and the kernel releases it
//
// A pid alone proves nothing, because pids are reused. The proof is the lock for life, or
// the heartbeat (see below), which also works on NFS. An instance of an older program,
// such as simplevisor-loop, has neither. [Instances] names such programs. Their instances
// are proven by a fresh timestamp of the file together with a living process that has
// such a name and is not younger than the file. If the timestamp is old, the process may
// be a stopped instance: its state is [Unknown], and no claim takes its file. The same
// holds for a process with another name that is older than a fresh file.
//
// # Clocks
//
// The timestamp of the file is for simplevisor-loop. This package uses the heartbeat, a
// file next to the pid file. It contains the boot id, the start time of the instance and
// the time when it was last alive. Both times are clock ticks since the boot, so setting
// the system clock does not change them. The heartbeat remains after a SIGKILL, and is
// removed with the pid file.
//
// # The protocol
//
//	claim                      instance                    others
//	─────                      ────────                    ──────
//	publish a record (ClaimAs)
//	open, or create with mode 0600
//	lock for life ── held ──► HeldError with the pid
//	   └─ locked by a reader ► replace by a locked copy
//	still at its path? ─ no ─► start again
//	flock taken? ─────── no ─► ErrBusy
//	survivors: stop, adopt or refuse
//	write the pid ───────────► touch every 25 s, and ────► Probe: lock held?
//	write the heartbeat        when the clock is set
//	                           watch (inotify):            ◄── simplevisor-loop: fresh?
//	                             "quit" written ◄────────── RequestQuit, and SIGTERM
//	                             changed, removed: restore
//	                           the program exits
//	                           unlink, then unlock ───────► process exited: done
//
// Whenever an instance is killed, the next claim finds the file absent, empty, or with a
// complete pid and without a lock, and takes it over. The file is unlinked before it is
// unlocked, and a claim checks the path after it has locked the file, so two claims never
// hold two files of one path.
//
// A user who may only read the file can take both kinds of locks. A read lock is never the
// lock of an instance, and a stale file with a read lock is replaced. A flock(2) of a user
// who may not write to the file is ignored after a moment.
//
// A process that claims a file must treat SIGTERM as a request to quit: after RequestQuit
// has written the request, it sends SIGTERM to an instance that holds the lock. The
// instance may not notice the request itself at once: if the user has no inotify instance
// left (128 is the kernel's default), it polls.
//
// # Survivors
//
// If an instance that leads a session is killed by SIGKILL, its program keeps running in
// that session. The kernel does not reuse the id of a session that has members, so the
// processes are found by the pid in the file: [Survivors]. The heartbeat distinguishes
// them from a later session with the same id, by the autogroup (sched(7)) or, on a kernel
// without autogroups, by start times. Without a heartbeat, and without a plausible
// timestamp, they are unproven: [ErrUnproven].
//
// # States
//
// [State] is the state of an instance and its program. The instance publishes it in
// three places:
//
//	record, in memory       every detail, see [Record]; for root and its own user (memfd)
//	heartbeat               whether it waits to restart a failed program; for all users
//	PATH.failed             the last record of an instance that gave up; for all users,
//	                        until the next claim or quit
//
// # Trust
//
// A file gives its owner no additional rights: a process is signalled only if the file
// belongs to root or to the owner of the process, and no other user may write to it.
// Signals are sent through a pidfd that was opened before the proof.
//
// All data of other users is read with limits: the type, the size and the owner are
// checked, nothing blocks, and a schedule of another user counts only if it is short.
//
// # Errors
//
// Callers can test for [ErrHeld] (a [HeldError] has the pid), [ErrMalformed],
// [ErrNotRegular], [ErrUntrusted], [ErrUnproven], [ErrSurvivors], [ErrBusy] and
// [ErrStuck].
//
// # Limits
//
// Linux 5.3 or newer, with /proc. NFS has no lock for life.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Error texts may
// change: test errors with [errors.Is] and [errors.As].
package pidfile

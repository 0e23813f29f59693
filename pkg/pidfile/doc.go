//go:build linux

// Package pidfile owns a pid file and proves life by it: it claims the file,
// tells whether the instance behind one is running, and ends that instance.
//
// Use [Claim] in a daemon, then [File.Keep] for its life and [File.Release] at
// its end; [Probe] to ask for the state, and [RequestQuit] to end it. These count
// only proven instances. A program that shares its pid files with older ones names
// those in [Instances], and uses its methods instead.
//
// # The file
//
// One line, the decimal pid, mode 0644. A request is a second line with one
// lower-case word. The grammar is that of simplevisor-loop, with which instances
// and callers of this package can be mixed in both directions:
//
//	^\d+(\s+[a-z]+)?\s*$
//
// # Locks
//
// Two kinds of locks stand on the file, which do not see each other:
//
//	flock(2)                  for moments, around each read or write
//	open file description     for life, by the instance: the proof of life;
//	  lock (fcntl(2))         nothing inherits it, and the kernel lets go of it
//
// A pid proves nothing, because numbers are reused. The proof is the lock for life,
// or the heartbeat (see below), which NFS has too. An instance of an older program,
// such as simplevisor-loop, has neither. [Instances] names such programs. For those
// the proof is a living process with such a name, that is not younger than the
// file, and a fresh time stamp. With an old time stamp it may be an instance that
// is stopped: its state is [Unknown], and no claim takes its file. The same holds
// for a process with another name that is older than a fresh file.
//
// # Clocks
//
// The time stamp of the file is for the old tool. What counts is the heartbeat, a
// file beside it with the boot id, the start time of the instance and the time of
// its last sign of life, both in clock ticks since the boot, which no step of the
// clock changes. It survives a SIGKILL, and is removed with the pid file.
//
// # The protocol
//
//	claim                      instance                    others
//	─────                      ────────                    ──────
//	open, or create with mode 0600
//	lock for life ── held ──► HeldError with the pid
//	   └─ locked by a reader ► replace by a locked copy
//	still at its path? ─ no ─► begin again
//	flock can be had? ── no ─► ErrBusy
//	survivors of the last one: end, adopt or refuse
//	write the pid ───────────► touch every 25 s, and ────► Probe: lock held?
//	write the heartbeat        when the clock is set
//	                           watch (inotify):            ◄── old tool: fresh?
//	                             "quit" written ◄────────── RequestQuit, and SIGTERM
//	                             changed, removed: restore
//	                           end of the program
//	                           unlink, then let go ───────► process ended: done
//
// Whatever moment an instance is killed in, the next claim finds the file absent,
// empty, or with a whole pid whose lock nobody holds, and takes it over. The file
// is unlinked before the lock is let go, and a claim looks at the path after it
// has locked, so two claims never hold two files of one path.
//
// A user who may only read the file can have locks of both kinds on it. The lock for
// life is that of a reader when it is a read lock; a stale file with one is replaced.
// A flock(2) of a user who may not write to the file is ignored after a moment.
//
// A process that claims a file must take SIGTERM for a request to quit: RequestQuit
// sends it after it has written the request, to an instance that holds the lock.
// A user may have no inotify instance left (128 is the kernel's default), and an
// instance without one polls.
//
// # Survivors
//
// An instance that leads a session leaves its program there when it is killed
// with SIGKILL. The kernel gives the number of a session to no process while it
// has members, so they are found by the pid in the file: [Survivors].
// The heartbeat distinguishes them from a later session with the same number, by the
// autogroup (sched(7)) or, on a kernel without autogroups, by start times.
// Without a heartbeat, and without a time stamp that can be right, they are in doubt:
// [ErrUnproven].
//
// # States
//
// [State] has what an instance and its program do. The instance publishes it in
// three places:
//
//	record, in memory       every detail, see [Record]; for root and its own user (memfd)
//	heartbeat               whether it waits to start a failed program again; for all
//	PATH.failed             the last record of an instance that gave up; for all,
//	                        until the next claim or quit
//
// # Trust
//
// A file is believed as far as its owner could have acted: processes are
// signalled only if it belongs to root or to their owner, and nobody else may
// write to it; and through a pidfd that was taken before the proof.
//
// Everything that another user publishes is read with a limit: the type, the size
// and the owner are checked, nothing blocks, and a schedule of another user counts
// only as far as it is short.
//
// # Errors
//
// Callers can test for [ErrHeld] (a [HeldError] has the pid), [ErrMalformed],
// [ErrNotRegular], [ErrUntrusted], [ErrUnproven], [ErrSurvivors], [ErrBusy] and
// [ErrStuck].
//
// # Limits
//
// Linux 5.3 or newer, with /proc. On NFS there is no lock for life.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Texts of errors may
// change: test errors with [errors.Is] and [errors.As].
package pidfile

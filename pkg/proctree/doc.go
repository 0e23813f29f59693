//go:build linux

// Package proctree reads the process table and terminates single processes, sessions
// and process trees. It never sends a signal to a process that only has the reused
// pid of an earlier one.
//
// [Snapshot] returns all processes, [Members] those of a session, [Open] returns a handle for one process, and
// [Stop] terminates a set of processes.
//
// # Identity
//
// The kernel reuses process ids. A [Handle] is a pidfd (pidfd_open(2), Linux 5.3),
// which always refers to the same process. Signals are sent only through handles. The
// start time in /proc/PID/stat (field 22, in clock ticks since boot) distinguishes two
// processes with the same pid.
//
// # Life
//
// A process is gone only if the kernel reports that. [ErrGone] stands for ENOENT and
// ESRCH, [ErrHidden] for a process of another user that /proc does not show. Any
// other error says nothing about the process.
//
// A process is alive if it exists and is not a zombie. kill(2) with signal 0 does not
// show this, because it succeeds for a zombie. In a container whose process 1 does not
// reap, a killed orphan remains a zombie.
//
// A process is also alive after its main thread has exited (pthread_exit(3)) while other
// threads live. The kernel and ps(1) show such a process as a zombie, with more than one
// thread.
//
// # Terminating a set of processes
//
// [Stop] applies a [Schedule], a sequence of signals each with a grace period, to
// [Targets], a set that may change in the meantime:
//
//	TERM/1 INT/1 KILL
//
//	signal TERM ── gone? ──► done
//	   │ 1 s of grace
//	signal INT ─── gone? ──► done
//	   │ 1 s of grace
//	signal KILL ── gone? ──► done
//	   ▲      │ no: a process forked in the meantime
//	   └──────┘
//
// A final KILL without a grace period is repeated until the set is empty. This also
// terminates a set that forks as fast as it is killed.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Error texts may change:
// test errors with [errors.Is] and [errors.As].
package proctree

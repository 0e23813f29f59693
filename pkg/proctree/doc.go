//go:build linux

// Package proctree reads the process table and ends processes, alone, as a
// session or as a tree, without ever signalling a process that only happens to
// have the number of an earlier one.
//
// Start with [Table] for a picture of all processes, [Open] for a handle on
// one, and [Stop] to end a set of them.
//
// # Identity
//
// A process id is a name that the kernel gives away again. A [Handle] is a
// pidfd (pidfd_open(2), Linux 5.3), which means the same process for ever;
// signals go through handles only. The start time in /proc/PID/stat (field 22,
// in clock ticks since boot) tells two bearers of one number apart.
//
// # Life
//
// A process is gone only when the kernel says so: [ErrGone] stands for ENOENT and
// ESRCH, [ErrHidden] for a process of another user that /proc does not show. Every
// other error of a look says nothing about the process.
//
// A process is alive when it exists and is not a zombie: kill(2) with signal 0
// succeeds for a zombie, and in a container whose process 1 does not reap, a
// killed orphan stays one for ever.
//
// # Ending a set of processes
//
// [Stop] applies a [Schedule], a sequence of signals each with a time of grace,
// to [Targets], a set that may change while it is being ended:
//
//	TERM/1 INT/1 KILL
//
//	signal TERM ── gone? ──► done
//	   │ 1 s of grace
//	signal INT ─── gone? ──► done
//	   │ 1 s of grace
//	signal KILL ── gone? ──► done
//	   ▲      │ no: something was forked meanwhile
//	   └──────┘
//
// A last KILL without grace is repeated until the set is empty, which is what
// ends a set that forks as fast as it is being killed.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Texts of errors may
// change: test errors with [errors.Is] and [errors.As].
package proctree

//go:build linux

package pidfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
)

// proof is how certain it is that a process is the instance of a pid file.
type proof int

const (
	noInstance proof = iota // there is none, or the number was reused
	unproven                // a process that nothing proves to be the instance
	mayBeOld                // a process that may be an instance of the old tool
	isOld                   // an instance of the old tool
	proven                  // the instance, by its lock or its heartbeat
)

// life is what was found out about the process that a pid file names.
type life struct {
	proof proof
	beat  heartbeat     // of this instance, else the zero one
	doubt error         // why it is not proven
	sure  bool          // it may be killed, if it has the name of an instance
	stat  proctree.Stat // that the heartbeat was compared with, else the zero one
}

// examine finds out whether the process that the file names is its instance. An
// error means that it could not be looked at.
//
// The proof is the lock for life together with a living process of that number; or
// the heartbeat, which names the process by its start time: then its file was
// replaced. What neither proves may be an instance of the old tool.
func (in Instances) examine(f *os.File, path string, pid int, locked bool) (life, error) {
	info, err := f.Stat()
	if err != nil {
		return life{}, err
	}
	beat, err := readHeartbeat(path, ownerOf(info))
	if err != nil && !errors.Is(err, fs.ErrPermission) {
		return life{}, err
	}
	var l life
	switch {
	case beat.pid == pid && beat.ofThisBoot():
		l.beat = beat
		l.proof, l.stat, err = l.beat.proves()
	case beat.pid == pid && !locked:
		return life{}, nil // before a reboot, or on another host
	case locked:
		var alive bool
		if alive, err = exists(pid); alive {
			l.proof = proven
		}
	}
	if err == nil && l.proof == noInstance && l.beat.pid == 0 {
		l, err = in.examineOld(f, path, pid)
	}
	if err != nil || l.proof == noInstance {
		return life{beat: l.beat}, err
	}
	return l, l.believe(f, pid, locked)
}

// proves reports whether the process that wrote the heartbeat lives, and what was
// seen of it.
func (h heartbeat) proves() (proof, proctree.Stat, error) {
	s, err := proctree.ReadStat(h.pid)
	switch {
	case errors.Is(err, proctree.ErrHidden):
		return proven, s, nil // somebody has the number, and it is as if by the lock
	case errors.Is(err, proctree.ErrGone):
		return noInstance, s, nil
	case err != nil:
		return noInstance, s, err
	case s.Start != h.start:
		return noInstance, s, nil
	}
	if dying, err := s.Dying(); dying || err != nil {
		return noInstance, s, err
	}
	return proven, s, nil
}

// believe has the file count as far as its owner could have acted: anybody can
// write the number of a foreign process, and lock his own file.
func (l *life) believe(f *os.File, pid int, locked bool) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	err = mayBelieve(info, proctree.Table{{PID: pid}})
	if err == nil || !errors.Is(err, ErrUntrusted) {
		return err
	}
	if locked {
		if holds, e := holdsLock(f, pid); holds && e == nil {
			return nil
		}
	}
	l.proof, l.doubt = unproven, err
	return nil
}

// examineOld looks for an instance without a lock for life and without a heartbeat:
// one of an old program, one of an earlier version whose file was replaced, or
// one whose file is on NFS. Its proof is a fresh time stamp, and a process that has
// the name of an instance, or runs the interpreter, and started before the last touch.
//
// A step of the clock makes a time stamp old or new, and a process younger or older
// than it. So what has the name is an instance as long as it lives, in doubt. A
// process without the name may be one when it is older than the file, which
// an old program creates.
func (in Instances) examineOld(f *os.File, path string, pid int) (life, error) {
	if in.provenOnly() {
		return life{}, nil
	}
	info, err := f.Stat()
	if err != nil {
		return life{}, err
	}
	p, err := proctree.ReadStat(pid)
	switch {
	case errors.Is(err, proctree.ErrGone):
		return life{}, nil
	case errors.Is(err, proctree.ErrHidden):
		return life{proof: unproven, doubt: fmt.Errorf("process %d: %w", pid, err)}, nil
	case err != nil:
		return life{}, err
	case p.KernelThread():
		return life{}, nil
	}
	if alive, err := exists(pid); !alive {
		return life{}, err
	}
	k, args, err := in.kindOf(pid)
	if err != nil {
		return life{}, err
	}
	born, known, nfs := birth(f)
	first := !known || !p.StartTime().After(born.Add(rounding)) // there before the file
	age := time.Since(info.ModTime())
	stamp := checkStamp(age, p.StartTime(), info.ModTime())
	switch {
	case k == own && !nfs:
		if had, known := hadOpen(f, pid); had || !known {
			return life{proof: isOld, sure: had}, nil
		}
		return life{}, nil
	case k == other && (nfs || !first):
		return life{}, nil
	case k == old && namesAnother(args, path):
		return life{}, nil
	case k == other && !in.interpreted(args):
		if age > Freshness {
			return life{}, nil
		}
		return life{proof: unproven, doubt: fmt.Errorf("process %d (%s): %w", pid, printable.Excerpt(p.Comm, maxComm), errNotTheInstance)}, nil
	case stamp != "":
		// The number may have been given to another instance of the old tool.
		sure := known && first || namesFile(args, path)
		return life{proof: mayBeOld, sure: sure, doubt: fmt.Errorf("process %d (%s) lives, but %s", pid, printable.Excerpt(p.Comm, maxComm), stamp)}, nil
	}
	return life{proof: isOld, sure: true}, nil
}

// checkStamp returns why the time stamp of a pid file does not prove that a process
// is its instance, "" if it does. The old tool writes whole seconds.
func checkStamp(age time.Duration, started, touched time.Time) string {
	switch {
	case age > Freshness:
		return fmt.Sprintf("its pid file was not touched for %s", age.Round(time.Second))
	case age < -time.Second:
		return "the timestamp of its pid file is in the future"
	case started.After(touched.Add(time.Second + rounding)):
		return "it started after its pid file was touched"
	}
	return ""
}

// maxComm is more bytes than the name of a process has (proc_pid_comm(5)).
const maxComm = 64

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
	noInstance proof = iota // there is none, or the pid was reused
	unproven                // a process that nothing proves to be the instance
	mayBeOld                // a process that may be an instance of simplevisor-loop
	isOld                   // an instance of simplevisor-loop
	proven                  // the instance, by its lock or its heartbeat
)

// life is what is known about the process in a pid file.
type life struct {
	proof proof
	beat  heartbeat     // of this instance, otherwise zero
	doubt error         // why it is not proven
	sure  bool          // it may be killed, if it has the name of an instance
	stat  proctree.Stat // compared with the heartbeat, otherwise zero
}

// examine determines whether the process in the file is its instance. An error
// means that it could not be examined.
//
// The instance is proven by the lock for life together with a living process of
// that pid; or by the heartbeat, which identifies the process by its start time,
// if its file was replaced. Any other process may be an instance of
// simplevisor-loop.
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
	if beat.pid == pid && locked {
		l.proof, l.stat, err = beat.proves()
	}
	switch {
	case l.proof == proven && l.stat.Start == beat.start:
		l.beat = beat // of this boot, because the lock is held
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

// proves reports whether the process that wrote the heartbeat is alive, and
// returns its stat line.
func (h heartbeat) proves() (proof, proctree.Stat, error) {
	s, err := proctree.ReadStat(h.pid)
	switch {
	case errors.Is(err, proctree.ErrHidden):
		return proven, s, nil // a process has the pid, which suffices as for the lock
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

// believe checks that the owner of the file may signal the process: any user can
// write the pid of another user's process, and lock their own file.
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

// examineOld examines a process without a lock for life and without a heartbeat:
// an instance of an old program, an instance of an earlier version whose file was
// replaced, or an instance whose file is on NFS. It is proven by a fresh
// timestamp together with a process that has the name of an instance, or runs the
// interpreter, and started before the last touch.
//
// Setting the clock makes a timestamp old or new, and a process younger or older
// than it. So a living process with the name of an instance counts as one, in
// doubt. A process without the name may be one if it is older than the file,
// because an old program creates the file.
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
	first := !known || !p.StartTime().After(born.Add(rounding)) // older than the file
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
		// Another instance of simplevisor-loop may have reused the pid.
		sure := known && first || namesFile(args, path)
		return life{proof: mayBeOld, sure: sure, doubt: fmt.Errorf("process %d (%s) lives, but %s", pid, printable.Excerpt(p.Comm, maxComm), stamp)}, nil
	}
	return life{proof: isOld, sure: true}, nil
}

// checkStamp returns why the timestamp of a pid file does not prove that a
// process is its instance, or "" if it does. simplevisor-loop writes whole
// seconds.
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

// maxComm is larger than the name of a process (proc_pid_comm(5)).
const maxComm = 64

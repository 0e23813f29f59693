package pidfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// Freshness is the age at which the time stamp of a pid file says that its
// instance is dead (old tool) or stuck (this package). Instances touch their
// file at least every [TouchInterval].
const Freshness = 60 * time.Second

// rounding is how far start times (rounded to 10 ms) and the time stamps of
// files (to a tick of the kernel, at most 10 ms) may be apart for one moment.
const rounding = 20 * time.Millisecond

// legacyAlive reports whether an instance that holds no lock for life is
// alive: one of simplevisor-loop, or one whose file is on NFS. The process must
// live, must have started before the file was last touched, and the file must
// be fresh.
//
// Somebody else's touch can make the file of a dead instance look so when its
// number was given away. The birth of the file cannot be moved: simplevisor-loop
// creates its file, so it is older than the file. As a step of the clock can
// make an old instance look younger, its name on the command line counts too;
// on NFS, where the pid may be one of another machine, it is required. Elsewhere
// a svloop is the instance only if it has had this file open: it would hold the
// lock, unless its file was replaced.
func legacyAlive(f *os.File, pid int) (bool, error) {
	info, err := f.Stat()
	if err != nil || time.Since(info.ModTime()) > Freshness {
		return false, err
	}
	p, err := proctree.ReadStat(pid)
	if unseen(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if p.KernelThread() || p.StartTime().After(info.ModTime().Add(rounding)) {
		return false, nil
	}
	if alive, err := exists(pid); !alive {
		return false, err
	}
	name, err := instanceName(pid)
	if err != nil {
		return false, err
	}
	born, known, nfs := birth(f)
	switch {
	case name == ownName && !nfs:
		had, known := hadOpen(f, pid)
		return had || !known, nil
	case name != "":
		return true, nil
	}
	return !nfs && (!known || !p.StartTime().After(born.Add(rounding))), nil
}

// unseen reports whether a process has exited, or is another user's that /proc
// hides. No other error of a look says anything about the process.
func unseen(err error) bool {
	return errors.Is(err, proctree.ErrGone) || errors.Is(err, proctree.ErrHidden)
}

// ownName is that of instances that hold a lock for life where they can, and
// oldName that of those which never do.
const (
	ownName = "svloop"
	oldName = "simplevisor-loop"
)

// instanceName returns the name of the program when the command line is that of
// an instance, perhaps behind perl and its options, else nothing.
func instanceName(pid int) (string, error) {
	args, err := proctree.Args(pid)
	if unseen(err) || err == nil && len(args) == 0 {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	words := args[:1]
	if strings.HasPrefix(filepath.Base(args[0]), "perl") {
		words = args[:min(len(args), 4)]
	}
	for _, word := range words {
		if base := filepath.Base(word); base == oldName || base == ownName {
			return base, nil
		}
	}
	return "", nil
}

func birth(f *os.File) (born time.Time, known, nfs bool) {
	_ = control(f, func(fd int) error {
		var st unix.Statx_t
		err := unix.Statx(fd, "", unix.AT_EMPTY_PATH, unix.STATX_BTIME, &st)
		if err == nil && st.Mask&unix.STATX_BTIME != 0 {
			born, known = time.Unix(st.Btime.Sec, int64(st.Btime.Nsec)), true
		}
		nfs = onNFS(fd)
		return nil
	})
	return born, known, nfs
}

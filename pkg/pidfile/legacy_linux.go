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

// kindOf returns the kind of a process, and its command line. The kind and the
// command line of a process that is gone or hidden are zero.
func (in Instances) kindOf(pid int) (k kind, args []string, err error) {
	args, err = proctree.Args(pid)
	if errors.Is(err, proctree.ErrGone) || errors.Is(err, proctree.ErrHidden) {
		return other, nil, nil
	}
	return in.kindOfCommand(args), args, err
}

// namesAnother reports whether the command line of an instance of the old tool
// has another pid file than the one at path. Of a relative one only the last
// component is known: the directory of the start is not.
func namesAnother(args []string, path string) bool {
	named := pidfileOption(args)
	switch {
	case named == "":
		return false
	case filepath.Base(named) != filepath.Base(path):
		return true
	}
	return filepath.IsAbs(named) && !sameFile(named, path)
}

// namesFile reports whether it has the one at path.
func namesFile(args []string, path string) bool {
	named := pidfileOption(args)
	return filepath.IsAbs(named) && sameFile(named, path)
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

func pidfileOption(args []string) string {
	for i, arg := range args {
		option, value, joined := strings.Cut(arg, "=")
		if option != "--pidfile" && option != "-pidfile" {
			continue
		}
		if !joined && i+1 < len(args) {
			value = args[i+1]
		}
		return value // what follows the command is not its own
	}
	return ""
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

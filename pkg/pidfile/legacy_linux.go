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

// Freshness is the age of the timestamp of a pid file from which on its instance
// is dead (for simplevisor-loop) or stuck (for this package). Instances touch
// their file at least every [TouchInterval].
const Freshness = 60 * time.Second

// rounding is how far start times (rounded to 10 ms) and the timestamps of files
// (rounded to a tick of the kernel, at most 10 ms) may differ for the same
// moment.
const rounding = 20 * time.Millisecond

// kindOf returns the kind of a process, and its command line. Both are zero if
// the process is gone or hidden.
func (in Instances) kindOf(pid int) (k kind, args []string, err error) {
	args, err = proctree.Args(pid)
	if errors.Is(err, proctree.ErrGone) || errors.Is(err, proctree.ErrHidden) {
		return other, nil, nil
	}
	return in.kindOfCommand(args), args, err
}

// namesAnother reports whether the command line of a simplevisor-loop has another
// pid file than the one at path. Only the last component of a relative path is
// compared, because the directory of the start is unknown.
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

// namesFile reports whether the command line has the pid file at path.
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
		return value // later options are those of the command
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

package pidfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// pulse is the instance's end of the heartbeat. It is kept open, because an idle
// instance beats by one system call.
type pulse struct {
	file *os.File
	line heartbeat
	text []byte
}

// newPulse replaces the heartbeat beside the pid file at once: a crash leaves the
// old or the new one. A program may follow at once.
func newPulse(path string) (*pulse, error) {
	boot, err := bootID()
	if err != nil {
		return nil, err
	}
	self, err := proctree.ReadStat(os.Getpid())
	if err != nil {
		return nil, err
	}
	autogroup, err := proctree.Autogroup(self.PID)
	if err != nil {
		return nil, err
	}
	p := &pulse{line: heartbeat{boot: boot, pid: self.PID, start: self.Start, last: ticksNow(), starting: true, autogroup: autogroup}}
	name := path + heartbeatSuffix
	if _, err := findHeartbeat(name); err != nil {
		return nil, err
	}
	// A fresh file: what stands there may be a link, or another's.
	fresh := name + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if p.file, err = open(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL); err != nil {
		return nil, err
	}
	p.text = p.line.appendText(nil)
	_, err = p.file.WriteAt(p.text, 0)
	if err == nil {
		err = p.file.Chmod(mode) // whatever the umask
	}
	if err == nil {
		err = os.Rename(fresh, name)
	}
	if err != nil {
		os.Remove(fresh)
		p.file.Close()
		return nil, err
	}
	return p, nil
}

// beat says that the instance is alive now. The system calls are raw, see [alarm].
func (p *pulse) beat(starting, waiting bool) error {
	p.line.last, p.line.starting, p.line.waiting = ticksNow(), starting, waiting
	p.text = p.line.appendText(p.text[:0])
	return control(p.file, func(fd int) error {
		_, _, errno := unix.RawSyscall6(unix.SYS_PWRITE64, uintptr(fd),
			uintptr(unsafe.Pointer(unsafe.SliceData(p.text))), uintptr(len(p.text)), 0, 0, 0)
		if errno != 0 {
			return errno
		}
		return nil
	})
}

// close gives back what there is: a heartbeat may be missing.
func (p *pulse) close() {
	if p != nil {
		p.file.Close()
	}
}

// ticksNow is the clock of /proc/PID/stat, which nobody sets.
func ticksNow() uint64 {
	var now unix.Timespec
	// CLOCK_BOOTTIME exists since Linux 2.6.39 and cannot fail with a valid pointer.
	_ = unix.ClockGettime(unix.CLOCK_BOOTTIME, &now)
	return uint64(now.Nano() / int64(tick))
}

// bootID tells one boot from another, whatever the clock says (random(4)), and one
// PID namespace from another: a number means nothing in the next one.
var bootID = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", err
	}
	namespace, err := os.Readlink("/proc/self/ns/pid") // pid:[4026531836]
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(text)) + "/" + strings.Trim(namespace, "pid:[]"), nil
})

// readHeartbeat returns the heartbeat beside a pid file. It is believed, as a note
// is, when root, this user or the owner of the pid file has written it. One that is
// missing, malformed or not to be believed is the zero heartbeat; the error says
// that it could not be looked at.
func readHeartbeat(path string, fileOwner int) (h heartbeat, err error) {
	f, err := open(path+heartbeatSuffix, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNotRegular) {
		return h, nil
	}
	if err != nil {
		return h, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return h, err
	}
	owner := ownerOf(info)
	if info.Mode().Perm()&0o022 != 0 || owner != 0 && owner != os.Geteuid() && owner != fileOwner {
		return h, nil
	}
	text := make([]byte, maxHeartbeat)
	n, err := f.Read(text) // in one piece, as it is written
	if err != nil && err != io.EOF {
		return h, err
	}
	if found, ok := parseHeartbeat(string(text[:n])); ok {
		h = found
	}
	return h, nil
}

// ofThisBoot reports whether the heartbeat was written since the kernel started.
// Where the kernel does not say, nothing is of this boot.
func (h heartbeat) ofThisBoot() bool {
	boot, err := bootID()
	return err == nil && h.boot == boot
}

// errNoHeartbeat says that a file with the name of a heartbeat is something else,
// which is left alone.
var errNoHeartbeat = errors.New("the file exists and is not a heartbeat of a pid file")

// findHeartbeat reports whether there is a heartbeat, and returns an error for
// something else.
func findHeartbeat(name string) (found bool, err error) {
	f, err := open(name, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return true, nil // its directory has the last word
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxHeartbeat))
	if err != nil {
		return false, err
	}
	// A crash leaves a new one empty.
	if _, ok := parseHeartbeat(string(text)); !ok && len(text) > 0 {
		return false, fmt.Errorf("%q: %w", name, errNoHeartbeat)
	}
	return true, nil
}

// removeHeartbeat removes the heartbeat and what a crash has left of a new one.
func removeHeartbeat(path string) error {
	name := path + heartbeatSuffix
	for _, name := range []string{name + ".new", name} {
		found, err := findHeartbeat(name)
		if !found && err == nil || errors.Is(err, errNoHeartbeat) || errors.Is(err, ErrNotRegular) {
			continue
		}
		if err := discard(name); err != nil {
			return err
		}
	}
	return nil
}

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

// pulse is the open heartbeat of the instance. An idle instance writes it with
// one system call.
type pulse struct {
	file *os.File
	line heartbeat
	text []byte
}

// newPulse replaces the heartbeat next to the pid file atomically: a crash leaves
// the old or the new one. The caller may start a program at once.
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
	if err := checkHeartbeat(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	p.text = p.line.appendText(nil)
	if p.file, err = writeFresh(name, p.text); err != nil {
		return nil, err
	}
	if err := renameFresh(name); err != nil {
		p.file.Close()
		return nil, err
	}
	return p, nil
}

// beat records that the instance is alive now. The system calls are raw, see
// [alarm].
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

// close closes the heartbeat, if there is one.
func (p *pulse) close() {
	if p != nil {
		p.file.Close()
	}
}

// ticksNow is the clock of /proc/PID/stat, which cannot be set. The system call is
// raw, see [alarm].
func ticksNow() uint64 {
	var now unix.Timespec
	// CLOCK_BOOTTIME exists since Linux 2.6.39 and cannot fail with a valid pointer.
	_, _, _ = unix.RawSyscall(unix.SYS_CLOCK_GETTIME, unix.CLOCK_BOOTTIME, uintptr(unsafe.Pointer(&now)), 0)
	return uint64(now.Nano() / int64(tick))
}

// bootID distinguishes boots independently of the clock (random(4)), and PID
// namespaces: a pid has no meaning in another namespace.
var bootID = sync.OnceValues(func() (string, error) {
	text, err := readSome("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", err
	}
	namespace, err := os.Readlink("/proc/self/ns/pid") // pid:[4026531836]
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(text) + "/" + strings.Trim(namespace, "pid:[]"), nil
})

// readHeartbeat returns the heartbeat next to a pid file. Like a note, it is
// trusted if root, this user or the owner of the pid file has written it. If it
// is missing, malformed or not trusted, the zero heartbeat is returned. An error
// means that it could not be read.
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
	if !trusted(info, fileOwner) {
		return h, nil
	}
	text := make([]byte, maxHeartbeat)
	n, err := f.Read(text) // one read, because it is written by one write
	if err != nil && !errors.Is(err, io.EOF) {
		return h, err
	}
	if found, ok := parseHeartbeat(string(text[:n])); ok {
		h = found
	}
	return h, nil
}

// ofThisBoot reports whether the heartbeat was written since the last boot. If
// the boot id is unavailable, it returns false.
func (h heartbeat) ofThisBoot() bool {
	boot, err := bootID()
	return err == nil && h.boot == boot
}

var errNoHeartbeat = fmt.Errorf("%w a heartbeat of a pid file", errElse)

// checkHeartbeat returns an error unless the file is a heartbeat, or cannot be read: the
// mode of the directory decides whether it can be removed.
func checkHeartbeat(name string) error {
	f, err := open(name, os.O_RDONLY)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxHeartbeat))
	if err != nil {
		return err
	}
	// A crash may leave an empty new heartbeat.
	if _, ok := parseHeartbeat(string(text)); !ok && len(text) > 0 {
		return fmt.Errorf("%q: %w", name, errNoHeartbeat)
	}
	return nil
}

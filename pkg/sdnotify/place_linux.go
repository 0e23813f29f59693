package sdnotify

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// place is the directory of one socket.
type place struct {
	fd     int    // of the locked directory
	path   string // of the directory, inside the root directory of the program
	socket string // the secret name of the socket
}

// prefix is the beginning of the directory names.
const prefix = "sdnotify."

// longestName is the longest name that fits into a socket address, see unix(7).
const longestName = 107

// bases returns the directories to try, in order. Other users than root try
// their own directories first. root ignores the environment variables, which
// may name a directory of another user.
func bases(root string) []string {
	if root != "" {
		return []string{"/run", "/tmp", "/"}
	}
	everybody := []string{"/tmp", "/dev/shm", "/var/tmp"}
	if os.Geteuid() == 0 {
		return append([]string{"/run"}, everybody...)
	}
	var own []string
	for _, name := range []string{"XDG_RUNTIME_DIR", "TMPDIR"} {
		if dir := os.Getenv(name); filepath.IsAbs(dir) {
			own = append(own, filepath.Clean(dir))
		}
	}
	return append(own, everybody...)
}

// newPlace creates a directory in the first base that permits it.
func newPlace(o Options) (*place, error) {
	var first error
	tried := bases(o.Root)
	for _, base := range tried {
		p, err := placeIn(o.Root, base)
		if err == nil {
			if o.Sweep {
				sweepIn(o.Root, base)
			}
			return p, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, fmt.Errorf("cannot create a directory in %s: %w", strings.Join(tried, ", "), first)
}

// tries is how often placeIn creates a directory, in case a concurrent [Sweep]
// removes it before it is locked.
const tries = 10

func placeIn(root, base string) (*place, error) {
	at, err := openBase(root, base, unix.O_PATH)
	if err != nil {
		return nil, err
	}
	defer unix.Close(at)
	var st unix.Stat_t
	if err := unix.Fstat(at, &st); err != nil {
		return nil, err
	}
	if st.Mode&0o022 != 0 && st.Mode&unix.S_ISVTX == 0 {
		return nil, fmt.Errorf("other users can rename files in %q (mode %04o)", base, st.Mode&0o7777)
	}
	err = unix.EEXIST
	for range tries {
		public, e1 := random(8)
		secret, e2 := random(16)
		if err := cmp.Or(e1, e2); err != nil {
			return nil, err
		}
		p := &place{path: filepath.Join(base, prefix+public), socket: secret}
		if len(p.socketName()) > longestName {
			return nil, fmt.Errorf("the path %q is too long for a socket", base)
		}
		if p.fd, err = makeLocked(at, filepath.Base(p.path)); err == nil {
			return p, nil
		}
		if !errors.Is(err, unix.EEXIST) && !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.EWOULDBLOCK) {
			break
		}
	}
	return nil, &os.PathError{Op: "mkdir", Path: base, Err: err}
}

// openBase opens a base to look up or read entries. In another root directory
// it does not follow a symbolic link, which would lead out of that root.
func openBase(root, base string, how int) (int, error) {
	how |= unix.O_DIRECTORY | unix.O_CLOEXEC
	path, flags := base, how
	if root != "" {
		path = filepath.Join(root, base)
		if base != "/" {
			flags |= unix.O_NOFOLLOW
		}
	}
	fd, err := unix.Open(path, flags, 0)
	if err != nil {
		return -1, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return fd, nil
}

// makeLocked creates a directory that only its owner can enter, and locks it.
func makeLocked(at int, name string) (int, error) {
	if err := unix.Mkdirat(at, name, 0o700); err != nil {
		return -1, err
	}
	_ = unix.Fchmodat(at, name, 0o700, 0) // independent of the umask
	fd, err := unix.Openat(at, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		_ = unix.Unlinkat(at, name, unix.AT_REMOVEDIR)
		return -1, err
	}
	var st unix.Stat_t
	err = unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		err = unix.Fstat(fd, &st)
	}
	if err == nil && (st.Nlink == 0 || int(st.Uid) != os.Geteuid()) {
		err = unix.ENOENT // a concurrent Sweep removed it
	}
	if err != nil {
		unix.Close(fd)
		_ = unix.Unlinkat(at, name, unix.AT_REMOVEDIR) // harmless if another process owns it: only an empty directory is removed
		return -1, err
	}
	return fd, nil
}

// bind binds the socket and renames it to its secret name, then lets other
// users enter the directory. The kernel publishes the name that a socket was
// bound to, so that name must not be the secret.
func (p *place) bind(socket, uid int) error {
	const public = "notify"
	if err := unix.Bind(socket, &unix.SockaddrUnix{Name: fmt.Sprintf("/proc/self/fd/%d/%s", p.fd, public)}); err != nil {
		return &os.PathError{Op: "bind", Path: p.path, Err: err}
	}
	mode := uint32(0o600)
	if uid == 0 {
		mode = 0o666 // the program may change to any user
	}
	err := unix.Renameat(p.fd, public, p.fd, p.socket)
	if err == nil {
		err = unix.Fchmodat(p.fd, p.socket, mode, 0)
	}
	if err == nil && uid != os.Geteuid() {
		err = unix.Fchownat(p.fd, p.socket, uid, -1, unix.AT_SYMLINK_NOFOLLOW)
	}
	if err == nil {
		err = unix.Fchmod(p.fd, 0o711)
	}
	if err != nil {
		return &os.PathError{Op: "make socket in", Path: p.path, Err: err}
	}
	return nil
}

func (p *place) socketName() string { return filepath.Join(p.path, p.socket) }

// remove removes the directory. If that fails, a later [Sweep] removes it.
func (p *place) remove() {
	empty(p.fd)
	_ = unix.Unlinkat(p.fd, "../"+filepath.Base(p.path), unix.AT_REMOVEDIR)
	unix.Close(p.fd)
}

// empty removes the socket under any name.
func empty(dir int) {
	for _, name := range names(dir) {
		_ = unix.Unlinkat(dir, name, 0)
	}
}

// Sweep removes the sockets of killed processes of this user from all
// directories that [Listen] uses for programs with this root.
func Sweep(root string) {
	for _, base := range bases(root) {
		sweepIn(root, base)
	}
}

func sweepIn(root, base string) {
	at, err := openBase(root, base, unix.O_RDONLY)
	if err != nil {
		return
	}
	defer unix.Close(at)
	for _, name := range names(at) {
		if strings.HasPrefix(name, prefix) {
			sweep(at, name)
		}
	}
}

// sweep removes one directory, unless it belongs to another user or its process
// is alive.
func sweep(at int, name string) {
	dir, err := unix.Openat(at, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer unix.Close(dir)
	var st unix.Stat_t
	if unix.Fstat(dir, &st) != nil || int(st.Uid) != os.Geteuid() || unix.Flock(dir, unix.LOCK_EX|unix.LOCK_NB) != nil {
		return
	}
	empty(dir)
	_ = unix.Unlinkat(at, name, unix.AT_REMOVEDIR)
}

// names lists an open directory.
func names(dir int) (all []string) {
	if _, err := unix.Seek(dir, 0, 0); err != nil {
		return nil
	}
	buf := make([]byte, 2048)
	for {
		n, err := unix.ReadDirent(dir, buf)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || n <= 0 {
			return all
		}
		_, _, all = unix.ParseDirent(buf[:n], -1, all)
	}
}

// random returns a name that cannot be guessed. It does not use crypto/rand,
// which would cost a daemon start time and memory.
func random(bytes int) (string, error) {
	b := make([]byte, bytes)
	if _, err := unix.Getrandom(b, 0); err != nil {
		return "", fmt.Errorf("cannot get random bytes: %w", err)
	}
	return fmt.Sprintf("%x", b), nil
}

package spawn

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// shell executes a script without an interpreter, as execvp(3) does.
const shell = "/bin/sh"

func byShell(path string, argv []string) []string { return append([]string{shell, path}, argv[1:]...) }

// isShellScript reports whether the shell has to execute a file that the kernel does not.
// Like shells, it refuses a file with a NUL byte at the beginning, and a script of
// another interpreter, which the shell would misread.
func isShellScript(path string) bool {
	begin := head(path)
	_, isScript := shebang(begin)
	return len(begin) > 0 && !isScript && !beginsWithMark(begin) && !bytes.Contains(begin, []byte{0})
}

// shebang returns the interpreter in the first line of a script. In the kernel the name
// ends at a blank, a tab, a NUL byte or the end of the line, and nowhere else
// (load_script in its source).
func shebang(begin []byte) (interpreter string, found bool) {
	line, _, _ := bytes.Cut(begin, []byte("\n"))
	rest, found := bytes.CutPrefix(line, []byte("#!"))
	if !found {
		return "", false
	}
	rest = bytes.Trim(rest, " \t")
	if end := bytes.IndexAny(rest, " \t\x00"); end >= 0 {
		rest = rest[:end]
	}
	return string(rest), len(rest) > 0
}

// beginsWithMark reports whether "#!" follows a byte order mark, which some editors write
// before the text. The kernel does not recognize such a script.
func beginsWithMark(begin []byte) bool { return bytes.HasPrefix(begin, []byte("\xef\xbb\xbf#!")) }

// head returns the first bytes of a file, as many as the kernel reads. It never blocks,
// although the file may be a FIFO.
func head(path string) []byte {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	buf := make([]byte, 256)
	n, _ := unix.Read(fd, buf)
	return buf[:max(n, 0)]
}

// withLineEnds adds a cause that an editor does not show: for the kernel, the carriage
// return of a DOS line end is part of the interpreter's name.
func withLineEnds(name string, err error) error {
	if !strings.HasSuffix(name, "\r") {
		return err
	}
	return fmt.Errorf("%w: the script has DOS line ends (CR LF), dos2unix(1) converts it", err)
}

// strictInterpreters fail if their argument ends in a carriage return, as those of Python
// do. Perl and others ignore it.
var strictInterpreters = []string{"sh", "dash", "ash", "bash", "ksh", "mksh", "zsh", "busybox", "awk", "gawk", "mawk", "sed", "make"}

// misleads returns an error for a script whose interpreter would fail because of DOS line
// ends. execve(2) succeeds for it, and a daemon has no standard error for the message of
// the interpreter.
func misleads(path string) error {
	line, _, _ := bytes.Cut(head(path), []byte("\n"))
	interpreter, found := shebang(line)
	if !found || !bytes.HasSuffix(line, []byte("\r")) {
		return nil
	}
	_, argument, _ := strings.Cut(string(line), interpreter)
	argument = strings.Trim(argument, " \t") // a single argument that includes all blanks
	base := filepath.Base(interpreter)
	switch {
	case argument == "":
		return nil
	case base == "env" && !strings.ContainsAny(argument, " \t-="):
		return withLineEnds(argument, fmt.Errorf("its interpreter %q finds no program %q", interpreter, argument))
	case slices.Contains(strictInterpreters, base) || strings.HasPrefix(base, "python"):
		return withLineEnds(argument, fmt.Errorf("its interpreter %q fails with the argument %q", interpreter, argument))
	}
	return nil
}

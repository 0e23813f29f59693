// Package reexec executes this program again in a role: under another name, to do one
// thing and then exit, or execute another program. A Go program cannot fork without
// executing a program. A role is a process of its own, so its changes (user, limits,
// signals, parent) affect nothing else.
//
//	caller                                  role
//	──────                                  ────
//	exec Self, argv[0] = Role.Name ───────► main: Play(os.Args, roles...)
//	Words as further arguments,               ├─ Parse, Unmarshal
//	or Marshal into a pipe ───────────────►   ├─ Role.Play
//	Unmarshal ◄─────────────────────────────  └─ Marshal
//
// Orders and answers are structs. They are sent as words terminated by NUL bytes, as in
// /proc/PID/cmdline: arguments, variables and paths are bytes that need not be UTF-8, and
// JSON would change them.
//
// main checks for a role first:
//
//	func main() {
//		if code, played := reexec.Play(os.Args, role); played {
//			os.Exit(code)
//		}
//		…
//	}
//
// A daemon of svloop is not a role: it keeps the name svloop for ps(1), and package
// daemonize recognizes it by a mark in its environment.
package reexec

import (
	"fmt"
	"os"
	"strings"
)

// Self is the path of this program. It works even after the file of the program was
// replaced or removed.
const Self = "/proc/self/exe"

// Role is the work of this program when it is executed under the name of the role.
type Role struct {
	// Name is argv[0], "PROGRAM: DOING". It is what ps(1) shows.
	Name string

	// Play does the work with the remaining arguments, and returns the exit status. An error
	// means that another program has used the name.
	Play func(args []string) (code int, err error)
}

// Is reports whether a process with these arguments was executed in this role.
func (r Role) Is(args []string) bool { return len(args) > 0 && args[0] == r.Name }

// exitMisused is the exit status if another program has executed a role.
const exitMisused = 2

// Play runs the role under whose name this program was executed, and returns its exit
// status. It returns false if args[0] is not the name of a role.
func Play(args []string, roles ...Role) (code int, played bool) {
	for _, role := range roles {
		if !role.Is(args) {
			continue
		}
		code, err := role.Play(args[1:])
		if err != nil {
			program, _, _ := strings.Cut(role.Name, ":")
			fmt.Fprintf(os.Stderr, "%s: name %q is for internal use only: %v\n", program, role.Name, err)
			return exitMisused, true
		}
		return code, true
	}
	return 0, false
}

//go:build linux

package pidfile

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/proctree"
)

// Instances defines which processes count as instances although they hold no lock
// for life on their pid file. The zero value suits most callers: only a process
// with a lock for life, or one that its heartbeat names, is an instance. The
// functions of this package, such as [Claim] and [Probe], are its methods.
//
// Every program that uses one pid file must use the same value.
type Instances struct {
	// Name is the name of the caller's own program, as in the first argument of
	// its command line, without the directory. A process with this name that has,
	// or had, a file open at the path is an instance. This matters if both the
	// lock and the heartbeat may be missing: on NFS, on a full file system, and
	// after the file was replaced.
	Name string
	// Old are the names of programs with the same protocol that hold no lock for
	// life, such as "simplevisor-loop". A process with such a name that is not
	// younger than the timestamp of the file is an instance while the timestamp
	// is younger than [Freshness]. Afterwards its state is [Unknown], and a claim
	// fails. A process whose option --pidfile names
	// another file is not an instance.
	Old []string
	// Interpreter is the program that runs the scripts in Old, such as "perl". A
	// version may follow ("perl5.36"). Every process that runs it counts as one
	// of Old, because a script may be installed under another name. Leave it
	// empty if the programs in Old are not scripts.
	Interpreter string
	// Lines has a request be any second line, such as "restart_child web/httpd", not
	// one lower-case word. [File.Keep] reports each request once, and removes it from
	// the file. This is the protocol of simplevisor.
	Lines bool
	// OwnTouch leaves the touches to the program, which calls [File.Touch] well before
	// its file is older than [Freshness]. Otherwise [File.Keep] touches the file.
	OwnTouch bool
	// Reject, if it is not nil, returns an error for a living instance of another program
	// with the same protocol, which would obey a request that is not meant for it.
	// [Instances.Request] and [Instances.RequestQuit] then fail with this error, before
	// they change anything.
	Reject func(path string, found Status) error
}

// rejects returns the error of Reject for the instance of a file.
func (in Instances) rejects(path string, found Status) error {
	if in.Reject == nil || found.PID == 0 || found.State == Dead {
		return nil
	}
	return in.Reject(path, found)
}

// provenOnly reports whether only a lock or a heartbeat proves an instance.
func (in Instances) provenOnly() bool { return in.Name == "" && len(in.Old) == 0 }

// kind is the kind of a process by its command line.
type kind int

const (
	other kind = iota // another program
	own               // a program that holds a lock for life where it can
	old               // a program that never does
)

// maxInterpreted is how many words of the command line of an interpreter are
// searched for the script. The options of the interpreter precede it.
const maxInterpreted = 4

// kindOfCommand returns the kind of the process with this command line, which may
// start with the interpreter and its options.
func (in Instances) kindOfCommand(args []string) kind {
	words := args[:min(len(args), 1)]
	if in.interpreted(args) {
		words = args[:min(len(args), maxInterpreted)]
	}
	for _, word := range words {
		switch base := filepath.Base(word); {
		case slices.Contains(in.Old, base):
			return old
		case in.Name != "" && base == in.Name:
			return own
		}
	}
	return other
}

// interpreted reports whether the command line is that of the interpreter.
func (in Instances) interpreted(args []string) bool {
	return in.Interpreter != "" && len(args) > 0 && strings.HasPrefix(filepath.Base(args[0]), in.Interpreter)
}

// Claim is [Instances.Claim] of the zero value. A nil function refuses to start beside
// processes that a killed instance left running: the error wraps [ErrSurvivors].
func Claim(path string, survivors func(*Survivors) error) (*File, error) {
	return Instances{}.Claim(path, survivors)
}

// Probe is [Instances.Probe] of the zero value.
func Probe(path string) Status { return Instances{}.Probe(path) }

// RequestQuit is [Instances.RequestQuit] of the zero value.
func RequestQuit(ctx context.Context, path string, schedule proctree.Schedule) (Status, error) {
	return Instances{}.RequestQuit(ctx, path, schedule)
}

// Kill is [Instances.Kill] of the zero value.
func Kill(ctx context.Context, path string) error { return Instances{}.Kill(ctx, path) }

// Package servicelock keeps processes of svctl from acting on one service at the same
// time, and keeps what they must know of each other: a service that an administrator
// has stopped or started by hand against its expected state (a hold), and what a
// supervisor is doing about a service (a note).
//
// All of it lies in the runtime directory (package runtimedir), in files that are named
// after the service:
//
//	NAME.lock   locked by flock(2) by the process that acts on the service, with its pid
//	NAME.hold   the hold
//	NAME.note   the note
//
// A lock file exists only while a process waits for it or holds it. A process that is
// killed leaves the file, but not the lock, which ends with the commands that it ran. Holds and notes are replaced atomically.
// They contain the id of the boot and are ignored after another boot.
//
// A supervisor holds a lock of the same kind on its configuration while it lives.
package servicelock

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/svloop/svloop/pkg/servicedef"
)

// Identity distinguishes services. It is a part of a file name.
type Identity string

// Identify returns the identity of a service in the configuration file conf. A daemon
// is identified by its pid file, because other configurations may name the same one.
// Any other service is identified by the configuration and the path of the service.
// resolve returns an absolute path without symbolic links.
func Identify(conf string, s *servicedef.Service, resolve func(path string) string) Identity {
	if s.Kind() == servicedef.ByDaemon {
		return identity(s.Path, "pid file", absolute(s.Daemon, resolve))
	}
	return identity(s.Path, "service", resolve(conf), s.Path)
}

// absolute resolves the directory of a file. The last component of a pid file is never a
// symbolic link.
func absolute(file string, resolve func(path string) string) string {
	i := strings.LastIndexByte(file, '/')
	if i < 0 {
		return resolve(".") + "/" + file
	}
	return resolve(file[:i+1]) + "/" + file[i+1:]
}

// identity returns a name that begins with the readable part of the service's path, and
// ends with a hash of all that identifies it.
func identity(path string, parts ...string) Identity {
	hash := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(hash, "%d:%s", len(part), part) // no part can contain the end of another
	}
	return Identity(readable(path) + "-" + hex.EncodeToString(hash.Sum(nil)[:16]))
}

// longestName is how many bytes of the path of a service stand in a file name.
const longestName = 64

// readable returns the end of a path, with every byte that is not harmless in a file
// name replaced.
func readable(path string) string {
	path = path[max(0, len(path)-longestName):]
	name := []byte(path)
	for i, c := range name {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.' && i > 0:
		default:
			name[i] = '_'
		}
	}
	return string(name)
}

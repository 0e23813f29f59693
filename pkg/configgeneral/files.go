package configgeneral

import (
	"io/fs"
	"os"
)

// Files gives access to the parsed file and to the files that it includes. Names
// are separated by slashes. They are absolute, or relative in the same way as the
// name given to Parse. [testing/fstest.MapFS] is a Files.
//
// ReadFile decides whether there is a limit on the size of a file.
type Files interface {
	ReadFile(name string) ([]byte, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	Stat(name string) (fs.FileInfo, error)
}

// OSFiles reads the files of the operating system.
type OSFiles struct{}

// ReadFile reads the named file.
func (OSFiles) ReadFile(name string) ([]byte, error) { return os.ReadFile(name) }

// ReadDir reads the named directory.
func (OSFiles) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

// Stat describes the named file. It follows symbolic links.
func (OSFiles) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

package configgeneral

import (
	"io/fs"
	"os"
)

// Files gives access to the file that is parsed and to those it includes. Names
// are separated by slashes; they are absolute, or relative in the way that the
// name given to Parse is. [testing/fstest.MapFS] is a Files.
//
// A limit on the size of files is the business of ReadFile.
type Files interface {
	ReadFile(name string) ([]byte, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	Stat(name string) (fs.FileInfo, error)
}

// OSFiles are the files of the operating system.
type OSFiles struct{}

// ReadFile reads the named file.
func (OSFiles) ReadFile(name string) ([]byte, error) { return os.ReadFile(name) }

// ReadDir reads the named directory.
func (OSFiles) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

// Stat describes the named file, following symbolic links.
func (OSFiles) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

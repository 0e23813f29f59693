package cmdline

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/usageerror"
)

// Rotation is when svloop rotates the files of --stdout and --stderr. The zero value
// never rotates.
type Rotation struct {
	Size int64 // bytes that a file may hold
	Keep int   // rotated files: FILE.1 (the newest) to FILE.KEEP
}

// Limits of a rotation.
const (
	leastRotation = 1 << 10
	mostRotation  = 1 << 50
	defaultKeep   = 5

	// MostKept is the highest number of a rotated file.
	MostKept = 999
)

func (o *Options) setRotate(text string) (err error) {
	o.Rotate, err = ParseRotation(text)
	return err
}

// ParseRotation parses SIZE[:KEEP]. The units are powers of 1024, as in logrotate(8).
func ParseRotation(text string) (Rotation, error) {
	size, keep, both := strings.Cut(text, ":")
	n, err := parseSize(size)
	rotation := Rotation{Size: n, Keep: defaultKeep}
	if both && err == nil {
		err = number(&rotation.Keep, 1, MostKept, "")(keep)
	}
	if err != nil || n < leastRotation || n > mostRotation || strings.HasPrefix(text, "+") || strings.Contains(text, ":+") {
		return Rotation{}, fmt.Errorf("want SIZE or SIZE:KEEP with a SIZE of at least 1K, as in 10M, and a KEEP from 1 to %d", MostKept)
	}
	return rotation, nil
}

var errSize = errors.New("not a size")

func parseSize(text string) (int64, error) {
	unit := int64(1)
	if last := len(text) - 1; last > 0 {
		if power := strings.IndexByte("KMG", text[last]&^0x20); power >= 0 {
			unit, text = 1<<(10*(power+1)), text[:last]
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > mostRotation/unit {
		return 0, errSize
	}
	return n * unit, nil
}

// String returns the value of --rotate.
func (r Rotation) String() string {
	text, size := "", r.Size
	for _, unit := range []string{"K", "M", "G"} {
		if size%1024 != 0 {
			break
		}
		size, text = size/1024, unit
	}
	return fmt.Sprintf("%d%s:%d", size, text, r.Keep)
}

// rotatedNumber returns the number of a rotated file, as 2 for FILE.2, and 0 if the other path
// is not that of a rotated file.
func rotatedNumber(file, other string) int {
	end, found := strings.CutPrefix(other, file+".")
	n, err := strconv.Atoi(end)
	if !found || err != nil || n < 1 || n > MostKept || strconv.Itoa(n) != end {
		return 0
	}
	return n
}

// checkFiles rejects --rotate and --timestamps without a file that svloop writes, and
// files that a rotation would mix up.
func (o *Options) checkFiles() error {
	option := ""
	switch {
	case o.Rotate.Size > 0:
		option = "rotate"
	case o.Timestamps:
		option = "timestamps"
	default:
		return nil
	}
	files, syslog := 0, ""
	for _, s := range o.Streams[1:] {
		switch s.Kind {
		case StreamFile:
			files++
		case StreamSyslog:
			syslog = ": syslog adds the time itself, and rotates its own files"
		}
	}
	if files == 0 {
		return usageerror.Wrong("option --%s needs --stdout FILE or --stderr FILE%s", option, syslog)
	}
	if o.Survivors == AdoptSurvivors {
		return usageerror.Wrong("options --survivors adopt and --%s cannot be combined: svloop copies that output, so the program could not outlive svloop", option)
	}
	if o.Rotate.Size == 0 {
		return nil
	}
	for _, s := range o.Streams[1:] {
		if err := o.checkNames(s.Path); s.Kind == StreamFile && err != nil {
			return err
		}
	}
	return nil
}

// checkNames rejects other files with the name of a rotated file, and the log in the same
// file: svloop does not count the size of its messages.
func (o *Options) checkNames(file string) error {
	file = filepath.Clean(file)
	if o.Log != "" && filepath.Clean(o.Log) == file {
		return usageerror.Wrong("option --rotate: %q is also the file of --log, and messages of svloop are not rotated", file)
	}
	others := []struct{ option, path string }{
		{"stdin", o.Streams[0].Path}, {"stdout", o.Streams[1].Path}, {"stderr", o.Streams[2].Path},
		{"log", o.Log}, {"pidfile", o.Pidfile}, {"env-file", o.EnvFile}, {"ready pidfile:", o.Ready.Path},
	}
	for _, other := range others {
		if other.path != "" && rotatedNumber(file, filepath.Clean(other.path)) > 0 {
			return usageerror.Wrong("option --rotate: the file %q of --%s has the name of a rotated file of %q", other.path, other.option, file)
		}
	}
	return nil
}

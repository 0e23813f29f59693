package main

import (
	"fmt"
	"path/filepath"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/servicedef"
)

// checkRotate returns an error about the key rotate, at its place.
func checkRotate(e *servicedef.Entry) error {
	if text := e.Service.Rotate; text != "" {
		if _, err := cmdline.ParseRotation(text); err != nil {
			return at(e, "rotate", "rotate %q is wrong: %w", text, err)
		}
	}
	return nil
}

// checkOutput returns errors about options that replace what a key says.
func checkOutput(e *servicedef.Entry, o *cmdline.Options) (wrong []error) {
	s := e.Service
	if s.Output != "" {
		keys, err := cmdline.ParseEntry(s.Daemon, []string{"--stdout", s.Output, "--stderr", s.Output}, s.Start)
		for i := 1; err == nil && i < len(o.Streams); i++ {
			if o.Streams[i] != keys.Streams[i] {
				wrong = append(wrong, at(e, "daemon_options", "option --%s replaces the key %q: remove one of them", cmdline.StreamNames[i], "output"))
			}
		}
	}
	if rotation, err := cmdline.ParseRotation(s.Rotate); err == nil && rotation != o.Rotate {
		wrong = append(wrong, at(e, "daemon_options", "option --rotate replaces the key %q: remove one of them", "rotate"))
	}
	return wrong
}

func at(e *servicedef.Entry, key, format string, args ...any) error {
	return &configgeneral.Error{Pos: e.At(key), Err: fmt.Errorf(format, args...)}
}

// outputFiles are the files to which daemons write, with the first entry of each.
type outputFiles map[string]outputFile

type outputFile struct {
	entry   *servicedef.Entry
	rotated bool
}

// add returns an error if two services write to a file and one of them rotates it: the
// other would still write to the renamed file.
func (all outputFiles) add(e *servicedef.Entry, o *cmdline.Options) (wrong []error) {
	rotated := o.Rotate.Size > 0
	for _, stream := range o.Streams[1:] {
		if stream.Kind != cmdline.StreamFile {
			continue
		}
		path := filepath.Clean(stream.Path)
		first, known := all[path]
		if !known {
			all[path] = outputFile{e, rotated}
			continue
		}
		if first.entry != e && (rotated || first.rotated) {
			return []error{at(e, outputKey(e), "output file %q of service %q is also that of service %q at %s, and a file that is rotated can have only one service",
				stream.Path, e.Path, first.entry.Path, first.entry.At(outputKey(first.entry)))}
		}
	}
	return nil
}

// outputKey returns the key that names the output file of a daemon.
func outputKey(e *servicedef.Entry) string {
	if e.Service.Output != "" {
		return "output"
	}
	return "daemon_options"
}

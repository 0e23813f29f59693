package main

import (
	"errors"
	"path/filepath"
)

// stream says where a standard stream of the program leads.
type stream struct {
	kind streamKind
	path string // of a file
}

type streamKind int

const (
	streamDefault streamKind = iota // no option names it
	streamNull
	streamInherit
	streamSyslog
	streamFile
)

var streamNames = [3]string{"stdin", "stdout", "stderr"}

func (s *stream) set(text string) error {
	switch text {
	case "":
		return errors.New("want a file, null, syslog or inherit")
	case "null":
		*s = stream{kind: streamNull}
	case "inherit":
		*s = stream{kind: streamInherit}
	case "syslog":
		*s = stream{kind: streamSyslog}
	default:
		*s = stream{kind: streamFile, path: text}
	}
	return nil
}

func (s stream) in(dir string) stream {
	if s.kind == streamFile && !filepath.IsAbs(s.path) {
		s.path = filepath.Join(dir, s.path)
	}
	return s
}

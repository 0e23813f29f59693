package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/cmdline"
)

func sayKept(text string) error {
	o, err := cmdline.Parse(append(strings.Fields(text), "true"))
	if err != nil {
		return err
	}
	report := os.NewFile(3, "report")
	for i, f := range keptStreams(o) {
		if f != nil {
			fmt.Fprint(report, cmdline.StreamNames[i], " ")
		}
	}
	return report.Close()
}

// The daemon keeps regular files, and the streams that an option names.
func TestKeptStreams(t *testing.T) {
	t.Parallel()
	tests := []struct {
		options, files string // a letter for each stream: regular file, pipe, null or closed
		want           string
	}{
		{"", "nnn", ""},
		{"", "ppp", ""},
		{"", "fff", "stdin stdout stderr "},
		{"", "nfp", "stdout "},
		{"", "ccc", ""},
		{"--stdout inherit --stderr inherit", "npn", "stdout stderr "},
		{"--stdin null --stdout null --stderr null", "fff", ""},
		{"--stdout /x --stderr syslog", "fff", "stdin "},
		{"--stdin inherit", "pff", "stdin stdout stderr "},
	}
	for _, test := range tests {
		t.Run(test.options+" "+test.files, func(t *testing.T) {
			t.Parallel()
			if got := kept(t, test.options, test.files); got != test.want {
				t.Errorf("kept %q, want %q", got, test.want)
			}
		})
	}
}

func kept(t *testing.T, options, files string) string {
	t.Helper()
	self, err := os.Executable()
	check(t, err)
	report, end, err := os.Pipe()
	check(t, err)
	defer report.Close()
	reader, writer, err := os.Pipe()
	check(t, err)
	defer reader.Close()
	defer writer.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	check(t, err)
	defer null.Close()
	plain, err := os.Create(filepath.Join(t.TempDir(), "plain"))
	check(t, err)
	defer plain.Close()
	cmd := exec.Command(self)
	var script strings.Builder // closes some streams
	for i, kind := range files {
		f := map[rune]*os.File{'f': plain, 'p': writer, 'n': null, 'c': null}[kind]
		if kind == 'p' && i == 0 {
			f = reader
		}
		switch i {
		case 0:
			cmd.Stdin = f
		case 1:
			cmd.Stdout = f
		case 2:
			cmd.Stderr = f
		}
		if kind == 'c' {
			fmt.Fprintf(&script, "exec %d>&-; ", i)
		}
	}
	cmd.Path = "/bin/sh"
	cmd.Args = []string{"sh", "-c", script.String() + `exec "$0"`, self}
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", keptRole+"="+options)
	cmd.ExtraFiles = []*os.File{end}
	check(t, cmd.Start())
	end.Close()
	var text bytes.Buffer
	_, err = text.ReadFrom(report)
	check(t, err)
	check(t, cmd.Wait())
	return text.String()
}

package spawn

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestShebang(t *testing.T) {
	t.Parallel()
	const mark = "\xef\xbb\xbf"
	tests := []struct {
		text, interpreter string
		forShell          bool
	}{
		{"#!/bin/sh\n", "/bin/sh", false},
		{"#! /usr/bin/env python3 -u\nprint()\n", "/usr/bin/env", false},
		{"#!/no/end", "/no/end", false},
		{"#!\t/tabs\t-x\n", "/tabs", false},
		{"#!/dos/line\r\n", "/dos/line\r", false},
		{"#!/dos/line -x\r\n", "/dos/line", false},
		{"#!/nul\x00/byte\n", "/nul", false},
		{"#!\n/bin/sh\n", "", true},
		{"#!", "", true},
		{" #!/bin/sh\n", "", true},
		{"echo\n", "", true},
		{mark + "echo\n", "", true},
		{mark + "#!/bin/sh\n", "", false},
		{"", "", false},
		{"\x7fELF\x00\x01", "", false},
		{"#!/bin/" + strings.Repeat("x", 500), "/bin/" + strings.Repeat("x", 256-len("#!/bin/")), false},
	}
	for _, test := range tests {
		path := filepath.Join(tree(t, file{"x", test.text, 0o755}), "x")
		if got, found := shebang(head(path)); got != test.interpreter || found != (got != "") {
			t.Errorf("%q: interpreter %q, %v; want %q", test.text, got, found, test.interpreter)
		}
		if got := isShellScript(path); got != test.forShell {
			t.Errorf("%q: for the shell %v, want %v", test.text, got, test.forShell)
		}
	}
	if isShellScript("/nonexistent") {
		t.Error("what does not exist is a script")
	}
}

// TestRefusals distinguishes the errors that have the same number in execve(2).
func TestRefusals(t *testing.T) {
	t.Parallel()
	dir := tree(t, file{"data", "#!/bin/sh\n", 0o644}, file{"text", "no program\n", 0o755}, file{"folder/x", "", 0o644},
		file{"lost", "#!/no/such/shell\r\n", 0o755}, file{"elf", withLoader(t, "/no/such/ld.so"), 0o755})
	for text, want := range map[string]string{
		"#!/bin/sh\r\necho\r\n":               `its interpreter "/bin/sh\r" does not exist: the script has DOS line ends (CR LF), dos2unix(1) converts it`,
		"#!/usr/bin/env sh\r\n":               `its interpreter "/usr/bin/env" finds no program "sh\r": the script has DOS line ends (CR LF), dos2unix(1) converts it`,
		"#! /bin/sh\t-e \r\n":                 `its interpreter "/bin/sh" fails with the argument "-e \r": the script has DOS line ends (CR LF), dos2unix(1) converts it`,
		"#!/no/such/shell -e\n":               `its interpreter "/no/such/shell" does not exist`,
		"#!DIR/data/x\n":                      `its interpreter "DIR/data/x" cannot be examined: not a directory`,
		"#!DIR/folder\n":                      `its interpreter "DIR/folder" is a directory`,
		"#!DIR/data\n":                        `its interpreter "DIR/data" is not executable`,
		"#!DIR/text\n":                        `its interpreter "DIR/text" is not a program for this machine`,
		"#!DIR/lost\n":                        `its interpreter "DIR/lost" cannot be executed: its interpreter "/no/such/shell\r" does not exist: the script has DOS line ends (CR LF), dos2unix(1) converts it`,
		"#!DIR/elf\n":                         `the loader "/no/such/ld.so" of its interpreter "DIR/elf" does not exist`,
		"\xef\xbb\xbf#!/usr/bin/python3\n":    `a byte order mark (UTF-8 BOM) stands before "#!": save the script without it`,
		withLoader(t, "/no/such/ld.so.2"):     `its loader "/no/such/ld.so.2" does not exist`,
		withLoader(t, "/no/such/ld.so.2")[:9]: `exec format error`,
	} {
		for way, setup := range ways {
			text, want := strings.ReplaceAll(text, "DIR", dir), strings.ReplaceAll(want, "DIR", dir)
			path := filepath.Join(tree(t, file{"x", text, 0o755}), "x")
			_, err := outcome(t, Program{Argv: []string{path}, Setup: setup})
			for errors.Is(err, syscall.ETXTBSY) { // a forked child of another test may have the file open
				_, err = outcome(t, Program{Argv: []string{path}, Setup: setup})
			}
			if want := fmt.Sprintf("cannot execute %q: %s", path, want); err == nil || err.Error() != want {
				t.Errorf("%.40q, %s: %v; want %s", text, way, err, want)
			}
		}
	}
}

// TestLineEndsThatDoNoHarm: these interpreters ignore a carriage return there.
func TestLineEndsThatDoNoHarm(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"#!/usr/bin/perl -w\r\n", "#!/usr/bin/env -S sh\r\n", "#!/usr/bin/env A=1 sh\r\n", "#!/bin/sh -e\n# \r\n", "echo\r\n", ""} {
		if err := misleads(filepath.Join(tree(t, file{"x", line, 0o755}), "x")); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
}

// TestFIFO: a FIFO cannot be executed, and opening it must not block.
func TestFIFO(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "fifo")
	check(t, unix.Mkfifo(path, 0o755))
	writer, err := os.OpenFile(path, os.O_RDWR, 0)
	check(t, err)
	defer writer.Close()
	for way, setup := range ways {
		_, err := outcome(t, Program{Argv: []string{path}, Setup: setup})
		if want := fmt.Sprintf("cannot execute %q: permission denied", path); err == nil || err.Error() != want {
			t.Errorf("%s: %v; want %s", way, err, want)
		}
	}
}

// withLoader is a dynamic program of this host with another loader.
func withLoader(t *testing.T, loader string) string {
	t.Helper()
	for _, path := range []string{"/bin/sh", "/bin/ls", "/usr/bin/env"} {
		f, err := elf.Open(path)
		if err != nil {
			continue
		}
		defer f.Close()
		for _, p := range f.Progs {
			if p.Type != elf.PT_INTERP {
				continue
			}
			real, err := io.ReadAll(p.Open())
			check(t, err)
			if got := loaderOf(path); got != strings.TrimRight(string(real), "\x00") {
				t.Errorf("the loader of %s is %q, want %q", path, got, real)
			}
			text, err := os.ReadFile(path)
			check(t, err)
			copy(text[p.Off:], loader+strings.Repeat("\x00", len(real)-len(loader)))
			return string(text)
		}
	}
	leaveOut(t, "there is no dynamic program")
	return ""
}

// TestNameByPath: ps(1) shows the same name as for simplevisor-loop.
func TestNameByPath(t *testing.T) {
	t.Parallel()
	dir := tree(t, file{"plain", "echo $0\n", 0o755})
	found, err := find("sh", os.Getenv("PATH"), "")
	check(t, err)
	for way, setup := range ways {
		for _, test := range []struct {
			name   string
			byPath bool
			want   string
		}{
			{"sh", false, "sh"}, {"sh", true, found}, {"/bin/sh", true, "/bin/sh"},
		} {
			p := Program{Argv: []string{test.name, "-c", "echo $0"}, NameByPath: test.byPath, Setup: setup}
			if got, err := outcome(t, p); err != nil || got != test.want+"\n0" {
				t.Errorf("%s, %+v: %q, %v", way, test, got, err)
			}
		}
		got, err := outcome(t, Program{Argv: []string{"plain"}, NameByPath: true, Env: []string{"PATH=" + dir}, Setup: setup})
		if err != nil || got != dir+"/plain\n0" {
			t.Errorf("%s: a script without an interpreter is named %q, %v", way, got, err)
		}
	}
}

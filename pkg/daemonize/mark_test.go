//go:build linux

package daemonize

import (
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func runtimeThreads() int { return runtime.NumCPU() }

var marks = []string{
	"", "1", " ", "      ", "1 1 2 3 4 5", "1 1 2 3 4 5 ", "1 1 2 3 4 5  ",
	"1 42 64 -1 65 66 GODEBUG /", "1 42 64 -1 65 66 A,B /a b", "1 42 64 -1 -1 -1  ",
	"1 -1 64 -1 -1 -1  /", "1 42 x -1 -1 -1  /", "1 42 64 -1 -1 -1.5  /",
	"1 18446744073709551615 -1 -1 -1 -1  /", "1 18446744073709551616 -1 -1 -1 -1  /",
	"2 42 64", "2 42 64 what else", "2 42", "2 x 64", "2 42 x /",
}

// A mark for another process is never accepted.
func TestMarksOfStrangers(t *testing.T) {
	t.Parallel()
	for _, text := range marks {
		if m, ok := parseMark(text); ok {
			if genuine, err := m.genuine(); genuine || err != nil {
				t.Errorf("%q is genuine: %v, %v", text, genuine, err)
			}
		}
	}
}

// A mark names a pipe by its inode. A different pipe means a mark for another process.
func TestMarkOfAnotherPipe(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	check(t, err)
	defer reader.Close()
	defer writer.Close()
	inode, isPipe, err := pipeInode(int(writer.Fd()))
	if !isPipe || err != nil {
		t.Fatalf("a pipe is none: %v", err)
	}
	for _, m := range []mark{
		{Inode: inode + 1, Pipe: int(writer.Fd())},
		{Inode: inode, Pipe: 1 << 20},
		{Inode: inode, Pipe: -1},
	} {
		if genuine, err := m.genuine(); genuine || err != nil {
			t.Errorf("%v is genuine: %v, %v", m, genuine, err)
		}
	}
}

func FuzzParseMark(f *testing.F) {
	for _, text := range marks {
		f.Add(text)
	}
	f.Add(mark{Inode: 1, Pipe: 64, Streams: [3]int{-1, 65, -1}, Hidden: []string{"GODEBUG"}}.String())
	f.Fuzz(func(t *testing.T, text string) {
		m, ok := parseMark(text)
		if !ok || m.unlike {
			return
		}
		again, ok := parseMark(m.String())
		if !ok || again.String() != m.String() {
			t.Fatalf("%q is %+v, printed %q is %+v", text, m, m, again)
		}
	})
}

// This test changes the environment and runs alone.
func TestEnvironment(t *testing.T) {
	for name, value := range map[string]string{
		libraryMark: "1", markName: "x", savedPrefix + "OLD": "x",
		"GODEBUG": "a=b", "DAEMONIZE_TEST_OTHER": "kept=whole",
	} {
		t.Setenv(name, value)
	}
	m := mark{Inode: 7, Pipe: 64, Streams: [3]int{-1, -1, -1}}
	env := environment(os.Environ(), []string{"GODEBUG=disablethp=1", "GOGC=off"}, m)
	if !slices.Equal(env[:2], []string{"GODEBUG=disablethp=1", "GOGC=off"}) {
		t.Errorf("it begins with %q", env[:2])
	}
	for _, want := range []string{savedPrefix + "GODEBUG=a=b", "DAEMONIZE_TEST_OTHER=kept=whole"} {
		if !slices.Contains(env, want) {
			t.Errorf("it lacks %q", want)
		}
	}
	for _, pair := range env[2:] {
		for _, name := range []string{libraryMark + "=", savedPrefix + "OLD=", "GODEBUG=", "GOGC="} {
			if strings.HasPrefix(pair, name) {
				t.Errorf("it has %q", pair)
			}
		}
	}
	text, found := strings.CutPrefix(env[len(env)-1], markName+"=")
	got, ok := parseMark(text)
	m.Hidden = []string{"GODEBUG", "GOGC"}
	if !found || !ok || !reflect.DeepEqual(got.Hidden, m.Hidden) || got.Inode != m.Inode || got.Pipe != m.Pipe || got.Streams != m.Streams {
		t.Errorf("its mark is %q, want %q", text, m)
	}
}

package runner

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
)

// TestMuchOutput drains more output than a pipe can hold.
func TestMuchOutput(t *testing.T) {
	t.Parallel()
	const size = 10 << 20
	for _, test := range []struct {
		name, script string
		pieces       int // the minimum
	}{
		{"one line", "head -c %d /dev/zero | tr '\\0' x", size / (64 << 10)},
		{"on standard error", "head -c %d /dev/zero | tr '\\0' x >&2", size / (64 << 10)},
		{"many lines", "yes xxxxxxx | head -c %d", size / 8},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bytes, pieces := 0, 0
			r := Run(t.Context(), shell(fmt.Sprintf(test.script, size)), func(line string) {
				pieces++
				bytes += len(line)
				if strings.Trim(line, "x") != "" {
					t.Errorf("got the line %.80q", line)
				}
			})
			want := size
			if test.name == "many lines" {
				want = size / 8 * 7
			}
			if r.Exit != 0 || r.Err != nil || bytes != want || pieces < test.pieces {
				t.Errorf("got exit %d (%v), %d bytes in %d pieces, want %d bytes in at least %d", r.Exit, r.Err, bytes, pieces, want, test.pieces)
			}
		})
	}
}

// TestSlowCaller reads the first line long after the command has exited, and still gets
// all others.
func TestSlowCaller(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, background string
	}{
		{"nothing left", ""},
		{"a background process", "sleep 1000 & echo child $!;"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			const many = 24_000 // all lines fit into pipes and buffers, but not without the first pipe
			var all []string
			r := Run(t.Context(), shell(fmt.Sprintf("echo command $$; %s seq %d", test.background, many)), func(line string) {
				if all = append(all, line); len(all) > 1 {
					return
				}
				ctx, cancel := context.WithTimeout(t.Context(), 4*lastOutput)
				defer cancel()
				<-ctx.Done()
			})
			if len(all) > 1 && test.background != "" {
				defer kill(t, pidsOf(t, all[1]))
			}
			if r.Exit != 0 || r.Last != strconv.Itoa(many) {
				t.Errorf("got %+v after %d lines", r, len(all))
			}
		})
	}
}

func TestEachLine(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 50_000)
	for _, test := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"\n\n\r\n", nil},
		{"a", []string{"a"}},
		{"a\nb\r\n\n  c \nd", []string{"a", "b", "  c ", "d"}},
		{"\xff\x00\n", []string{"\xff\x00"}},
		{long + "\nb\n", []string{long[:64<<10], long[64<<10:], "b"}},
	} {
		var got []string
		eachLine(iotest.HalfReader(strings.NewReader(test.text)), func(line string) { got = append(got, line) })
		if !slices.Equal(got, test.want) {
			t.Errorf("%.40q: got %.80q", test.text, got)
		}
	}
}

package servicelock

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/runtimedir"
)

func TestNote(t *testing.T) {
	t.Parallel()
	d, dir := newDirectory(t)
	next := time.Now().Add(time.Hour)
	for _, want := range []Note{{Attempt: 3, Next: next}, {Attempt: 9, GaveUp: next}} {
		if err := d.Publish(service, want); err != nil {
			t.Fatal(err)
		}
		got, found := d.Note(service)
		if !found || got.Attempt != want.Attempt || got.Next.Sub(want.Next).Abs() > time.Second || got.GaveUp.Sub(want.GaveUp).Abs() > time.Second {
			t.Errorf("%+v, %v, want %+v", got, found, want)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "x-0.note"))
	if err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, error %v, want mode 0644: all users may read it", info, err)
	}
	if err := d.Withdraw(service); err != nil {
		t.Fatal(err)
	}
	if n, found := d.Note(service); found {
		t.Errorf("%+v was withdrawn", n)
	}
}

// The note of a supervisor that was killed is ignored, also if its pid is reused.
func TestNoteOfKilled(t *testing.T) {
	t.Parallel()
	d, dir := newDirectory(t)
	if err := d.Publish(service, Note{Attempt: 1}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "x-0.note")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, old := range []string{`"pid":`, `"start_ticks":`, `"boot":"`} { // of another process
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, old+"1", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if n, found := d.Note(service); found {
			t.Errorf("%s: %+v", old, n)
		}
	}
}

// That a supervisor gave up is known after its end, until an action on the service.
func TestGaveUp(t *testing.T) {
	t.Parallel()
	d, dir := newDirectory(t)
	path := filepath.Join(dir, "x-0.note")
	for _, test := range []struct {
		note Note
		left string
	}{{Note{Attempt: 1}, "x-0.note"}, {Note{GaveUp: time.Now()}, ""}} {
		if err := d.Publish(service, test.note); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !test.note.GaveUp.IsZero() {
			if err := os.WriteFile(path, []byte(strings.Replace(string(text), `"pid":`, `"pid":1`, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			if n, found := d.Note(service); !found || n.GaveUp.IsZero() {
				t.Errorf("after the end of the supervisor: %+v, %v", n, found)
			}
		}
		if err := d.ForgetGaveUp(service); err != nil {
			t.Fatal(err)
		}
		if got := files(t, dir); got != test.left {
			t.Errorf("%+v: files %q, want %q", test.note, got, test.left)
		}
	}
	if err := d.ForgetGaveUp(service); err != nil {
		t.Errorf("without a note: %v", err)
	}
}

func TestNoteWords(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, test := range []struct {
		note Note
		want string
	}{
		{Note{Attempt: 3, Next: now.Add(1000*time.Hour - time.Millisecond)}, "restarting, attempt 3 in 1000h0m0s"},
		{Note{Attempt: 1, Next: now.Add(-time.Second)}, "restarting, attempt 1"},
		{Note{Attempt: 4, GaveUp: now}, "gave up at " + now.Format("15:04:05")},
	} {
		if got := test.note.String(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

// A report finds holds and notes in several directories, those of the user first.
func TestView(t *testing.T) {
	t.Parallel()
	own, ownDir := newDirectory(t)
	roots, rootsDir := newDirectory(t)
	for id, d := range map[Identity]*Directory{"own": own, "roots": roots} {
		if err := d.Hold(id, Hold{User: string(id)}); err != nil {
			t.Fatal(err)
		}
		if err := d.Publish(id, Note{Attempt: 7}); err != nil {
			t.Fatal(err)
		}
	}
	if err := roots.Hold("own", Hold{User: "root"}); err != nil {
		t.Fatal(err)
	}
	v := look([]*runtimedir.Directory{own.here, roots.here})
	for _, id := range []Identity{"own", "roots"} {
		h, held := v.Held(id)
		n, noted := v.Note(id)
		if !held || !noted || h.User != string(id) || n.Attempt != 7 {
			t.Errorf("%s: %+v, %v, %+v, %v", id, h, held, n, noted)
		}
	}
	if h, found := v.Held("none"); found {
		t.Errorf("%+v", h)
	}
	if n, found := v.Note("none"); found {
		t.Errorf("%+v", n)
	}
	before := files(t, ownDir) + files(t, rootsDir)
	v.Close()
	if after := files(t, ownDir) + files(t, rootsDir); after != before {
		t.Errorf("files %q became %q", before, after)
	}
}

package supervisor

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/svloop/svloop/internal/supervision"
	"github.com/svloop/svloop/pkg/servicedef"
)

func entries(t testing.TB, text string) []*servicedef.Entry {
	t.Helper()
	c, err := servicedef.Load("a.conf", servicedef.Apache, fstest.MapFS{"a.conf": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return c.Entries
}

func serviceText(name, keys string) string {
	return "<entry>\ntype = service\nname = " + name + "\nstart = start " + name + "\nstop = stop\nstatus = status\n" + keys + "\n</entry>\n"
}

func groupText(name, keys string, children ...string) string {
	return "<entry>\ntype = supervisor\nname = " + name + "\n" + keys + "\n<children>\n" + strings.Join(children, "") + "</children>\n</entry>\n"
}

// The text is as simplevisor writes it for this configuration.
func TestStoreOfSimplevisor(t *testing.T) {
	t.Parallel()
	all := entries(t, groupText("g", "", serviceText("a", ""), groupText("in", "", serviceText("b", "expected = stopped"))))
	const text = `{"b2f5ff47436671b6e533d8dc3614845d": {"name": "g", "cycles": [[1700000000.25, true], [1700000060, false]], "children": {` +
		`"bbb37ae2bf11a0f1e9bd5d8a5a1b3a64": {"name": "unknown", "cycles": [[1, true]], "children": {}}, ` +
		`"13b5bfe96f3e2fe411c9f66f4a582adf": {"name": "in", "cycles": [[1700000001.5, false]], "children": {}}}}}`
	got, err := decodeStore([]byte(text), all)
	want := windows{
		"g":    {{End: time.UnixMicro(1700000000250000), Adjusted: true}, {End: time.Unix(1700000060, 0)}},
		"g/in": {{End: time.UnixMicro(1700000001500000)}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	encoded, err := encodeStore(all, got)
	const again = `{"b2f5ff47436671b6e533d8dc3614845d":{"name":"g","cycles":[[1700000000.25,true],[1700000060,false]],"children":{` +
		`"13b5bfe96f3e2fe411c9f66f4a582adf":{"name":"in","cycles":[[1700000001.5,false]],"children":{"3a40c49eca540fa6d26ae77fab0c2bef":{"name":"b"}}},` +
		`"405b541df302695cf605126983c5aa97":{"name":"a"}}}}`
	if err != nil || string(encoded) != again {
		t.Errorf("encoded %s, %v", encoded, err)
	}
}

func TestWrongStores(t *testing.T) {
	t.Parallel()
	all := entries(t, groupText("g", "", serviceText("a", "")))
	dir := t.TempDir()
	for text, want := range map[string]string{
		"junk": "it is not valid: invalid character 'j'",
		"[]":   "it is not valid: want object, found array at byte 1",
		`{"b2f5ff47436671b6e533d8dc3614845d": 5}`:                                    "it is not valid: want object, found number at byte 38",
		`{"b2f5ff47436671b6e533d8dc3614845d": {"name": []}}`:                         "it is not valid: want string, found array at byte 47",
		`{"b2f5ff47436671b6e533d8dc3614845d": {"name": "g", "cycles": 5}}`:           "it is not valid: want array, found number at byte 62",
		`{"b2f5ff47436671b6e533d8dc3614845d": {"name": "g", "cycles": [[1]]}}`:       "it is not valid: [1] is no cycle",
		`{"b2f5ff47436671b6e533d8dc3614845d": {"name": "g", "cycles": [["x", 1]]}}`:  `it is not valid: ["x", 1] is no cycle`,
		`{"b2f5ff47436671b6e533d8dc3614845d": {"name": "g", "cycles": [[1, 1]]}}`:    "it is not valid: [1, 1] is no cycle",
		`{"b2f5ff47436671b6e533d8dc3614845d": {"name": "g", "cycles": [[1e99, 1]]}}`: "it is not valid: [1e99, 1] is no cycle",
		`{"00000000000000000000000000000000": {"name": "x"}}`:                        "it is that of another configuration",
	} {
		path := filepath.Join(dir, "store")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := readStore(path, all)
		if !errors.Is(err, ErrStore) || !strings.HasPrefix(err.Error(), `cannot use the store "`+path+`": `+want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	large := filepath.Join(dir, "large")
	if err := errors.Join(os.WriteFile(large, nil, 0o600), os.Truncate(large, longestStore+1)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir:   "it is not a regular file",
		large: "it is larger than 67108864 bytes",
	} {
		if _, err := readStore(path, all); !errors.Is(err, ErrStore) || err.Error() != fmt.Sprintf("cannot use the store %q: %s", path, want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for _, text := range []string{"", "{}"} {
		if w, err := decodeStore([]byte(text), all); err != nil || len(w) > 0 {
			t.Errorf("%q: %v, %v", text, w, err)
		}
	}
}

func TestWriteStore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, link := filepath.Join(dir, "store"), filepath.Join(dir, "link")
	if err := writeStore(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("store", link); err != nil {
		t.Fatal(err)
	}
	for _, exists := range []bool{false, true} {
		if !exists {
			if err := os.Rename(path, path+".old"); err != nil {
				t.Fatal(err)
			}
		}
		if err := writeStore(link, []byte("new")); err != nil {
			t.Fatal(err)
		}
		if !exists {
			if err := os.Rename(path+".old", path); err != nil {
				t.Fatal(err)
			}
		}
	}
	info, err := os.Lstat(path)
	if text, e := os.ReadFile(path); err != nil || e != nil || string(text) != "new" || info.Mode() != 0o600 {
		t.Errorf("it is %q, mode %v (%v, %v)", text, info.Mode(), err, e)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != os.ModeSymlink {
		t.Errorf("the link is %v, %v", info, err)
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := writeStore(path, []byte("newer")); os.Geteuid() != 0 && !errors.Is(err, os.ErrPermission) {
		t.Errorf("a store that the user may not write: %v", err)
	}
	if err := writeStore(os.DevNull, []byte("x")); err != nil {
		t.Error(err)
	}
	const full = "/dev/full"
	if w, err := readStore(full, nil); err != nil || len(w) > 0 {
		t.Errorf("%v, %v", w, err)
	}
	if err := writeStore(full, []byte("x")); err == nil || err.Error() != "cannot write the store: write /dev/full: no space left on device" {
		t.Error(err)
	}
	if names, _ := os.ReadDir(dir); len(names) != 2 {
		t.Errorf("left: %v", names)
	}
	missing := filepath.Join(dir, "missing", "store")
	if err := writeStore(missing, nil); err == nil || err.Error() != "cannot write the store: open "+missing+".new: no such file or directory" {
		t.Error(err)
	}
}

// The implied group over several entries has a window too.
func TestStoreOfImpliedGroup(t *testing.T) {
	t.Parallel()
	all := entries(t, serviceText("a", "")+serviceText("b", ""))
	want := windows{"": {supervision.Cycle{End: time.Unix(1700000000, 0), Adjusted: true}}}
	text, err := encodeStore(all, want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := decodeStore(text, all); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

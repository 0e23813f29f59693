//go:build linux

package pidfile

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// The record of an instance is the one that it writes, not one of another instance that it
// is just reading.
func TestReadRecordOfAReader(t *testing.T) {
	file, err := Claim(filepath.Join(t.TempDir(), "pid"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := file.Release(); err != nil {
			t.Error(err)
		}
	}()
	foreign, err := unix.MemfdCreate(recordName, unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	text := Record{Text: "foreign"}.appendText(nil, 1, boot)
	if _, err := unix.Write(foreign, text); err != nil {
		t.Fatal(err)
	}
	for _, flags := range []int{os.O_RDONLY, unix.O_PATH} {
		reading, err := unix.Open(fmt.Sprintf("/proc/self/fd/%d", foreign), flags|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(reading)
	}
	if err := unix.Close(foreign); err != nil {
		t.Fatal(err)
	}
	if r := readRecord(os.Getpid()); r != nil {
		t.Errorf("without a record of its own it has %+v", r)
	}
	if err := file.Publish(Record{Text: "own"}); err != nil {
		t.Fatal(err)
	}
	if r := readRecord(os.Getpid()); r == nil || r.Text != "own" {
		t.Errorf("the record is %+v", r)
	}
}

package servicelock

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/runtimedir"
)

// This program is a process that holds a lock, or acts under one many times, when the
// variable says so.
const roleVariable = "SERVICELOCK_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "":
		os.Exit(m.Run())
	case "hold":
		hold(os.Args[1])
	case "act":
		if err := act(os.Args[1], os.Args[2]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
}

const service Identity = "x-0"

// hold locks the service until the process is killed.
func hold(dir string) {
	d, err := openDirectory(dir)
	if err == nil {
		_, err = d.Lock(context.Background(), service, time.Minute)
	}
	fmt.Println("locked", err)
	_, _ = bufio.NewReader(os.Stdin).ReadByte() // the test keeps it open
}

// act locks the service as often as asked. Each time it makes a file that must not
// exist, which shows that no other process is between the two.
func act(dir, times string) error {
	d, err := openDirectory(dir)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(times)
	if err != nil {
		return err
	}
	for range n {
		release, err := d.Lock(context.Background(), service, time.Minute)
		if err != nil {
			return err
		}
		busy, err := os.OpenFile(filepath.Join(dir, "busy"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("two at once: %w", err)
		}
		busy.Close()
		done, err := os.OpenFile(filepath.Join(dir, "done"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		fmt.Fprintln(done, os.Getpid())
		done.Close()
		if err := os.Remove(busy.Name()); err != nil {
			return err
		}
		release()
	}
	return nil
}

// play starts this program in a role.
func play(t *testing.T, role string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	return cmd
}

// openDirectory opens a directory as [Open] does.
func openDirectory(dir string) (*Directory, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Directory{boot: runtimedir.BootID(), here: &runtimedir.Directory{Root: root}}, nil
}

func newDirectory(t *testing.T) (d *Directory, dir string) {
	t.Helper()
	dir = t.TempDir()
	d, err := openDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d, dir
}

// files returns the names of the files in the directory.
func files(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

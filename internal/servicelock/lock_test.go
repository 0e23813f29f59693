package servicelock

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestLock(t *testing.T) {
	t.Parallel()
	d, dir := newDirectory(t)
	release, err := d.Lock(t.Context(), service, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := files(t, dir); got != "x-0.lock" {
		t.Errorf("files %q", got)
	}
	info, err := os.Stat(filepath.Join(dir, "x-0.lock"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, error %v, want mode 0600: another user could lock it", info, err)
	}
	other, err := d.Lock(t.Context(), "y-0", 0)
	if err != nil {
		t.Fatalf("another service: %v", err)
	}
	other()
	want := fmt.Sprintf("another svctl (pid %d) is acting on it", os.Getpid())
	var held *HeldError
	if _, err := d.Lock(t.Context(), service, time.Millisecond); !errors.As(err, &held) || err.Error() != want {
		t.Errorf("a second lock: %v, want %s", err, want)
	}
	release()
	if got := files(t, dir); got != "" {
		t.Errorf("files %q are left", got)
	}
	if release, err = d.Lock(t.Context(), service, 0); err != nil {
		t.Fatalf("after the release: %v", err)
	}
	release()
}

func TestAwait(t *testing.T) {
	t.Parallel()
	d, dir := newDirectory(t)
	if d.Await(t.Context(), service, time.Minute) {
		t.Error("it waited for nothing")
	}
	if got := files(t, dir); got != "" {
		t.Errorf("it made %q", got)
	}
	release, err := d.Lock(t.Context(), service, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !d.Await(t.Context(), service, time.Millisecond) {
		t.Error("it has not waited until the limit")
	}
	waited := make(chan bool)
	go func() { waited <- d.Await(t.Context(), service, time.Minute) }()
	select {
	case <-waited:
		t.Error("it has not waited for the release")
	case <-time.After(10 * time.Millisecond):
		release()
		if !<-waited {
			t.Error("it has not reported that it waited")
		}
	}
}

func TestHeldWords(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"another svctl is acting on it":                                                  held(0),
		"another svctl (pid 1) is acting on it":                                          held(1),
		"a command of another svctl (pid 1073741824), which was killed, is acting on it": held(1 << 30), // above any pid
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}

func TestHeldErrorWithoutPid(t *testing.T) {
	t.Parallel()
	d, dir := newDirectory(t)
	file, err := os.Create(filepath.Join(dir, "x-0.lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := flock(file); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Lock(t.Context(), service, 0); err == nil || err.Error() != "another svctl is acting on it" {
		t.Error(err)
	}
}

func TestLockCancelled(t *testing.T) {
	t.Parallel()
	d, _ := newDirectory(t)
	release, err := d.Lock(t.Context(), service, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	ctx, cancel := context.WithCancelCause(t.Context())
	got := make(chan error)
	go func() {
		_, err := d.Lock(ctx, service, time.Minute)
		got <- err
	}()
	why := errors.New("interrupted")
	cancel(why)
	if err := <-got; !errors.Is(err, why) {
		t.Error(err)
	}
}

// A lock waits for a process that releases it.
func TestLockWaits(t *testing.T) {
	t.Parallel()
	d, _ := newDirectory(t)
	release, err := d.Lock(t.Context(), service, 0)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			release, err := d.Lock(t.Context(), service, time.Minute)
			if err != nil {
				t.Error(err)
				return
			}
			release()
		})
	}
	release()
	wait.Wait()
}

// A process that is killed leaves the file, and no lock.
func TestLockOfKilled(t *testing.T) {
	t.Parallel()
	d, dir := newDirectory(t)
	holder := play(t, "hold", dir)
	stdin, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "locked <nil>\n" {
		t.Fatalf("the holder printed %q, error %v", line, err)
	}
	want := fmt.Sprintf("another svctl (pid %d) is acting on it", holder.Process.Pid)
	if _, err := d.Lock(t.Context(), service, 0); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // killed
	if got := files(t, dir); got != "x-0.lock" {
		t.Errorf("files %q", got)
	}
	release, err := d.Lock(t.Context(), service, 0)
	if err != nil {
		t.Fatal(err)
	}
	release()
	if got := files(t, dir); got != "" {
		t.Errorf("files %q are left", got)
	}
}

// Of many processes one acts at a time, and each has its turn.
func TestLockOfMany(t *testing.T) {
	t.Parallel()
	_, dir := newDirectory(t)
	const processes, times = 8, 50
	var all []*exec.Cmd
	for range processes {
		cmd := play(t, "act", dir, fmt.Sprint(times))
		cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	for _, cmd := range all {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	done, err := os.ReadFile(filepath.Join(dir, "done"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(done), "\n"); n != processes*times {
		t.Errorf("%d actions, want %d", n, processes*times)
	}
	if got := files(t, dir); got != "done" {
		t.Errorf("files %q are left", got)
	}
}

func TestLockFails(t *testing.T) {
	t.Parallel()
	d, dir := newDirectory(t)
	if err := os.Mkdir(filepath.Join(dir, "x-0.lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("cannot lock the service in %q: is a directory", dir)
	if _, err := d.Lock(t.Context(), service, 0); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	want = fmt.Sprintf("cannot lock the service in %q: no such file or directory", dir)
	if _, err := d.Lock(t.Context(), service, 0); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// Bench measures svloop beside its peers, interleaved in one run, and prints
// medians, ratios and the bounds of the project.
//
//	bench [-rounds N] [-instances N] [-idle DURATION] [-runs N] [-services N]
//	bench -soak -runs N
//	bench -many -services N
//	bench -restarts -rounds N
//
// The exit status is no verdict: absolute numbers depend on the machine and its load, and
// so do ratios on a shared machine.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/runtimedir"
)

func main() {
	rounds := flag.Int("rounds", 40, "how often each command is timed")
	instances := flag.Int("instances", 40, "how many of each monitor are there when memory is measured")
	idle := flag.Duration("idle", time.Minute, "how long wakeups are counted")
	runs := flag.Int("runs", 20000, "how many runs of true one loop makes")
	soak := flag.Bool("soak", false, "only those runs")
	number := flag.Int("services", 1000, "how many services are started and stopped at once")
	onlyMany := flag.Bool("many", false, "only those services, and what supervises them")
	onlyRestarts := flag.Bool("restarts", false, "only the restart of a program that was killed")
	flag.Parse()
	if err := bench(*rounds, *instances, *idle, *runs, *number, *soak, *onlyMany, *onlyRestarts); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func bench(rounds, instances int, idle time.Duration, runs, number int, soak, onlyMany, onlyRestarts bool) error {
	dir, err := os.MkdirTemp("", "svloop-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := build(dir); err != nil {
		return err
	}
	crowd, err := newCrowd()
	if err != nil {
		return err
	}
	defer crowd.clear()
	fmt.Printf("%d CPUs, %s, %s\n", runtime.NumCPU(), kernel(), runtime.Version())
	if soak {
		return growth(crowd, dir, runs)
	}
	run := memoryDir(dir)
	defer os.RemoveAll(run)
	if err := os.Setenv(runtimedir.Variable, filepath.Join(run, "state")); err != nil { // /run/svctl would keep what is stopped
		return err
	}
	if onlyMany {
		if err := many(crowd, dir, run, number, max(1, rounds/13)); err != nil {
			return err
		}
		return supervisors(crowd, dir, run, number, idle)
	}
	peers := installed(dir)
	if onlyRestarts {
		return restarts(crowd, peers, dir, max(1, rounds/4))
	}
	if err := contest(crowd, peers, dir, rounds); err != nil {
		return err
	}
	if err := services(crowd, dir, max(1, rounds/4)); err != nil {
		return err
	}
	if err := restarts(crowd, peers, dir, max(1, rounds/4)); err != nil {
		return err
	}
	if err := many(crowd, dir, run, number, max(1, rounds/13)); err != nil {
		return err
	}
	if err := supervisors(crowd, dir, run, number, idle); err != nil {
		return err
	}
	for _, some := range [][]peer{peers, {rotating(filepath.Join(dir, "svloop"))}} {
		if err := residents(crowd, some, dir, instances, idle); err != nil {
			return err
		}
	}
	return growth(crowd, dir, runs)
}

// build builds the binaries as they are installed.
func build(dir string) error {
	const module = "github.com/svloop/svloop/"
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", dir,
		module+"cmd/svloop", module+"cmd/svctl", module+"integration/bench/empty", module+"integration/bench/floor")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build: %w\n%s", err, text)
	}
	return nil
}

// memoryDir makes a directory on a file system in memory, where hosts have pid files and
// the runtime directory of svctl. It returns dir if there is none.
func memoryDir(dir string) string {
	run, err := os.MkdirTemp("/dev/shm", "svloop-bench-")
	if err != nil {
		fmt.Println("/dev/shm cannot be used: pid files and the runtime directory are on disk")
		return dir
	}
	return run
}

func kernel() string {
	var name unix.Utsname
	if unix.Uname(&name) != nil {
		return "Linux"
	}
	return unix.ByteSliceToString(name.Sysname[:]) + " " + unix.ByteSliceToString(name.Release[:])
}

// Package cloexec keeps open descriptors from the programs that this process executes.
//
// # Compatibility
//
// Exported names keep their meaning within a major version.
package cloexec

import (
	"errors"
	"math"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// From sets close-on-exec for every open descriptor from first on: with one call since
// Linux 5.11, one by one before.
func From(first int) error {
	err := unix.CloseRange(uint(first), math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC)
	if !errors.Is(err, unix.ENOSYS) && !errors.Is(err, unix.EINVAL) {
		return err
	}
	return oneByOne(first)
}

func oneByOne(first int) error {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if fd, err := strconv.Atoi(entry.Name()); err == nil && fd >= first {
			unix.CloseOnExec(fd)
		}
	}
	return nil
}

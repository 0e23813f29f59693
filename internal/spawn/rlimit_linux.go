package spawn

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Rlimit is a resource limit (setrlimit(2)).
type Rlimit struct {
	Name       string
	Soft, Hard uint64
}

var resources = map[string]int{
	"as":         unix.RLIMIT_AS,
	"core":       unix.RLIMIT_CORE,
	"cpu":        unix.RLIMIT_CPU,
	"data":       unix.RLIMIT_DATA,
	"fsize":      unix.RLIMIT_FSIZE,
	"locks":      unix.RLIMIT_LOCKS,
	"memlock":    unix.RLIMIT_MEMLOCK,
	"msgqueue":   unix.RLIMIT_MSGQUEUE,
	"nice":       unix.RLIMIT_NICE,
	"nofile":     unix.RLIMIT_NOFILE,
	"nproc":      unix.RLIMIT_NPROC,
	"rss":        unix.RLIMIT_RSS,
	"rtprio":     unix.RLIMIT_RTPRIO,
	"rttime":     unix.RLIMIT_RTTIME,
	"sigpending": unix.RLIMIT_SIGPENDING,
	"stack":      unix.RLIMIT_STACK,
}

// ParseRlimit reads NAME=SOFT or NAME=SOFT:HARD. Values are in the units of
// setrlimit(2), or "unlimited"; HARD defaults to SOFT.
func ParseRlimit(text string) (Rlimit, error) {
	name, values, found := strings.Cut(text, "=")
	name = strings.TrimPrefix(strings.ToLower(name), "rlimit_")
	if _, known := resources[name]; !found || !known {
		names := slices.Sorted(maps.Keys(resources))
		return Rlimit{}, fmt.Errorf("want NAME=SOFT[:HARD] with NAME one of %s", strings.Join(names, ", "))
	}
	softText, hardText, both := strings.Cut(values, ":")
	if !both {
		hardText = softText
	}
	soft, err1 := parseLimit(softText)
	hard, err2 := parseLimit(hardText)
	if err := errors.Join(err1, err2); err != nil {
		return Rlimit{}, errors.New("want whole numbers or unlimited for SOFT and HARD")
	}
	if soft > hard {
		return Rlimit{}, errors.New("SOFT must not be above HARD")
	}
	return Rlimit{name, soft, hard}, nil
}

func parseLimit(text string) (uint64, error) {
	if text == "unlimited" || text == "infinity" {
		return unix.RLIM_INFINITY, nil
	}
	return strconv.ParseUint(text, 10, 63)
}

// String returns the text that [ParseRlimit] reads as r.
func (r Rlimit) String() string {
	return r.Name + "=" + limitText(r.Soft) + ":" + limitText(r.Hard)
}

func limitText(n uint64) string {
	if n == unix.RLIM_INFINITY {
		return "unlimited"
	}
	return strconv.FormatUint(n, 10)
}

// apply sets the limit for this process, and returns the limit that was set. If
// "unlimited" is not permitted, that is the nearest permitted limit, as in systemd
// (setrlimit_closest in its source).
func (r Rlimit) apply() (Rlimit, error) {
	err := r.set()
	if !errors.Is(err, unix.EPERM) {
		return r, err
	}
	for _, most := range r.permitted() {
		lower := r.lowered(most)
		if lower.set() == nil {
			return lower, nil
		}
	}
	return r, err
}

// set sets exactly this limit. The wrapper in x/sys/unix prevents the Go runtime from
// restoring the old number of open files at execve(2).
func (r Rlimit) set() error {
	limit := unix.Rlimit{Cur: r.Soft, Max: r.Hard}
	return unix.Setrlimit(resources[r.Name], &limit)
}

// permitted returns the highest limits that the kernel may permit instead of "unlimited",
// the highest first: for open files what it permits root (proc(5), fs.nr_open), then the
// hard limit of this process. There are none for a limit that was given as a number,
// because a lower one would be a different limit.
func (r Rlimit) permitted() (values []uint64) {
	unlimited := r.Hard == unix.RLIM_INFINITY
	if r.Name == "nofile" {
		if text, err := os.ReadFile("/proc/sys/fs/nr_open"); err == nil {
			if n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil {
				values = append(values, n)
				unlimited = unlimited || r.Hard > n // more than the type can hold
			}
		}
	}
	var own unix.Rlimit
	if unix.Getrlimit(resources[r.Name], &own) == nil {
		values = append(values, own.Max)
	}
	if !unlimited {
		return nil
	}
	return values
}

func (r Rlimit) lowered(most uint64) Rlimit {
	return Rlimit{r.Name, min(r.Soft, most), min(r.Hard, most)}
}

// short formats the limit, with one value if both are the same.
func (r Rlimit) short() string {
	if r.Soft == r.Hard {
		return r.Name + "=" + limitText(r.Soft)
	}
	return r.String()
}

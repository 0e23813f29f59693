package runtimedir

import (
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"
)

// BootID returns the id of this boot, see random(4), and "" without /proc.
var BootID = sync.OnceValue(func() string {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
})

// hostName returns the name of this host as a part of a file name.
var hostName = sync.OnceValue(func() string {
	name, _ := os.Hostname()
	return strings.ReplaceAll(name, "/", "_")
})

// bootName returns the name of a directory that no other boot and no other host uses,
// and "" if the boot has no id.
func bootName() string {
	if BootID() == "" {
		return ""
	}
	return hostName() + "-" + BootID()
}

func ownerOf(info fs.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }

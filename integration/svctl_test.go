package integration

import (
	"os"
	"testing"
)

// TestSvctl runs the scripts for svctl, all in parallel.
func TestSvctl(t *testing.T) { runScripts(t, "svctl") }

// TestSvctlAsRoot runs the scripts that need root.
func TestSvctlAsRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		leaveOut(t, "these scripts need root")
	}
	runScripts(t, "svctl-root")
}

package integration

import (
	"encoding/json"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// programOf reads the pid of the program of an instance from svloop, and puts it into a
// variable. The process table does not suffice for programs that overwrite their
// arguments and environment to change their title.
func programOf(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: programof VAR PIDFILE")
	}
	ts.Check(ts.Exec("svloop", "--pidfile", args[1], "--status", "--json"))
	var report struct {
		Program int `json:"program_pid"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &report))
	if report.Program == 0 {
		ts.Fatalf("no program is running")
	}
	ts.Setenv(args[0], strconv.Itoa(report.Program))
}

package integration

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// The commands of the scripts for svctl, in addition to those of commands:
//
//	like GOT WANT         compare two files as cmpenv does, where <N> in the
//	                      second matches any number, and a file that is JSON
//	                      has to be valid
//	plain N PROG ARG...   exits, as a user who is not root
func init() {
	commands["like"] = like
	commands["plain"] = asPlainUser
}

func like(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: like GOT WANT")
	}
	got := ts.ReadFile(args[0])
	want := os.Expand(ts.ReadFile(args[1]), ts.Getenv)
	pattern := strings.ReplaceAll(regexp.QuoteMeta(want), "<N>", `-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?`)
	if !regexp.MustCompile(`\A` + pattern + `\z`).MatchString(got) {
		ts.Fatalf("%s is not like %s:\n%s\nwant:\n%s", args[0], args[1], got, want)
	}
	if strings.HasPrefix(want, "{") && !json.Valid([]byte(got)) {
		ts.Fatalf("%s is no JSON", args[0])
	}
}

// nobody has no rights on the files of root, or of the user who runs the tests.
const nobody = "65534"

func asPlainUser(ts *testscript.TestScript, neg bool, args []string) {
	if os.Geteuid() == 0 && len(args) > 1 {
		as := []string{args[0], "setpriv", "--reuid=" + nobody, "--regid=" + nobody, "--clear-groups"}
		args = append(as, args[1:]...)
	}
	exits(ts, neg, args)
}

package main

import (
	"github.com/svloop/svloop/internal/jsonbytes"
	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
)

// configAction validates the configuration, which has been loaded, or prints its tree in
// the format that --conftype json reads.
func configAction(s *invocation) int {
	if len(s.args) != 1 {
		return complain(s.stderr, wrong("action config needs check or dump"))
	}
	switch s.args[0] {
	case "check":
		if s.json {
			return s.printJSON(map[string]any{"ok": true, "file": s.config.Name, "services": len(s.config.Services())})
		}
		printable.Fprintf(s.stdout, "%s: OK, %s\n", s.config.Name, printable.Count(len(s.config.Services()), "service"))
		return int(lsb.Done)
	case "dump":
		_, err := s.stdout.Write(jsonbytes.Visible(configgeneral.Dump(s.config.Tree)))
		return s.check(err)
	}
	return complain(s.stderr, wrong("unknown argument %q of action config: want check or dump", s.args[0]))
}

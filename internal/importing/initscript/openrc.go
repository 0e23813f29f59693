package initscript

import (
	"regexp"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

// openrcRun matches the first line of a script for openrc-run(8), which accepts all
// actions for the script.
var openrcRun = regexp.MustCompile(`^#!\s*\S*/(openrc-run|runscript)\b`)

// IsOpenRC reports whether a script is one of OpenRC.
func IsOpenRC(data string) bool { return openrcRun.MatchString(data) }

// The function depend of a script, on several lines or on one.
var (
	dependBegin = regexp.MustCompile(`^\s*depend\s*\(\)\s*\{?(.*)$`)
	dependLine  = regexp.MustCompile(`^(need|use|want|after|before|provide|keyword|config)\s+(.+)$`)
)

// readDepend translates the function depend.
func readDepend(e *entry.Entry, data string) {
	inside := false
	number := 0
	for line := range strings.Lines(data) {
		number++
		line, _, _ = strings.Cut(strings.TrimRight(line, "\r\n"), "#")
		if match := dependBegin.FindStringSubmatch(line); match != nil && !inside {
			inside, line = true, match[1]
		}
		if !inside {
			continue
		}
		line, ends := strings.CutSuffix(strings.TrimRight(line, " \t"), "}")
		for part := range strings.SplitSeq(line, ";") {
			readDependency(e, number, strings.TrimSpace(part))
		}
		if ends {
			return
		}
	}
}

func readDependency(e *entry.Entry, number int, line string) {
	match := dependLine.FindStringSubmatch(line)
	switch {
	case match == nil && (line == "" || line == "{"):
	case match == nil:
		e.NoEquivalent(number, line)
	case match[1] == "provide":
		e.Aliases = strings.Fields(match[2])
		e.NoEquivalent(number, line)
	case match[1] == "keyword" || match[1] == "config":
		e.NoEquivalent(number, line)
	default:
		e.AddOrder(number, line, entry.Order{Key: match[1] + " ", Names: strings.Fields(match[2]), Before: match[1] == "before"})
	}
}

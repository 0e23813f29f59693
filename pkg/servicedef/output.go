package servicedef

import (
	"slices"
	"strings"
)

// The keys for the output of a daemon, and the words that name no file, as for --stdout
// of svloop.
var (
	outputKeys  = []string{"output", "rotate", "timestamps"}
	outputWords = []string{"null", "syslog", "inherit"}
)

func (b *block) setOutput(s *Service) {
	s.Output, _ = b.given("output")
	s.Rotate, _ = b.given("rotate")
	if text, ok := b.given("timestamps"); ok {
		on, known := switches[strings.ToLower(text)]
		if !known {
			b.in.fail(b.pos("timestamps"), "timestamps %q is wrong: want yes or no", text)
		}
		s.Timestamps = on
	}
	if s.Output != "" && !strings.HasPrefix(s.Output, "/") && !slices.Contains(outputWords, s.Output) && b.has("daemon") && !b.has("control") {
		b.in.warn(b.pos("output"), "output file %q is relative, so its location depends on the directory in which svctl is started", s.Output)
	}
}

// checkOutput warns about keys that have no effect without a daemon.
func (b *block) checkOutput(s *Service) {
	switch {
	case b.has("control"):
		b.ignored("control", outputKeys...)
	case !b.has("daemon"):
		for _, key := range outputKeys {
			if b.has(key) {
				b.in.warn(b.pos(key), "key %q is ignored without %q", key, "daemon")
			}
		}
	default:
		return
	}
	s.Output, s.Rotate, s.Timestamps = "", "", false
}

package servicedef

import (
	"maps"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/suggest"
)

// variablePrefix begins the keys that mean nothing themselves.
const variablePrefix = "var_"

// The keys that each block may have.
var (
	topKeys     = []string{"entry", "simplevisor"}
	serviceKeys = []string{"type", "name", "control", "start", "stop", "status", "restart", "daemon",
		"daemon_options", "pattern", "expected", "path", "timeout", "max_restarts"}
	groupKeys = []string{"type", "name", "children", "expected", "window", "adjustments", "strategy"}
	entryKeys = slices.Concat(serviceKeys, groupKeys)
	// Those of the original's settings that are for its supervisor are heeded
	// by nobody here.
	settingKeys = []string{"log", "logfile", "loglevel", "logname", "store", "pidfile", "interval", "daemon", "conf", "conftype",
		"command", "path"}
	// commandLineKeys are the words of the original's command line.
	commandLineKeys = []string{"command", "path"}
)

// synonyms are words that people write for a key.
var synonyms = map[string]string{"command": "control"}

// near returns the known key that was perhaps meant, and "" when none is near.
func near(word string, known []string) string {
	if nearest := suggest.Nearest(word, known); nearest != "" {
		return nearest
	}
	key := synonyms[suggest.Nearest(word, slices.Collect(maps.Keys(synonyms)))]
	if !slices.Contains(known, key) {
		return ""
	}
	return key
}

func (in *interpreter) unknown(e configgeneral.Entry, known []string) {
	if nearest := near(e.Key, known); nearest != "" {
		in.fail(e.Pos, "unknown key %q (did you mean %q?)", e.Key, nearest)
		return
	}
	in.fail(e.Pos, "unknown key %q", e.Key)
}

// block reads the keys of one block.
type block struct {
	in    *interpreter
	value *configgeneral.Value
}

func (in *interpreter) block(v *configgeneral.Value) *block { return &block{in, v} }

// only reports the keys that are not known.
func (b *block) only(known []string) {
	for _, e := range b.value.Entries() {
		if !slices.Contains(known, e.Key) && !strings.HasPrefix(e.Key, variablePrefix) {
			b.in.unknown(e, known)
		}
	}
}

// text returns the value of a key that may be given once, and "" when it is
// not given.
func (b *block) text(key string) string {
	v := b.value.Get(key)
	switch {
	case v == nil || v.Kind == configgeneral.Null:
		return ""
	case v.Kind == configgeneral.Scalar && strings.ContainsRune(v.Text, 0):
		b.in.fail(v.Pos, "key %q has a NUL byte in %q, which no program can be given", key, v.Text)
	case v.Kind == configgeneral.Scalar:
		return strings.TrimSpace(v.Text)
	case v.Kind == configgeneral.Array && len(v.List) < 2: // JSON has such
		b.in.fail(v.Pos, "key %q must be a value, not a list", key)
	case v.Kind == configgeneral.Array:
		b.in.fail(v.List[1].Pos, "key %q is given %d times, first at %s", key, len(v.List), v.List[0].Pos)
	default:
		b.in.fail(v.Pos, "key %q must be a value, not a block", key)
	}
	return ""
}

// given returns the value of a key and whether it was given. A key without a
// value, blank or null, is not given: so the original has it.
func (b *block) given(key string) (string, bool) {
	text := b.text(key)
	return text, text != "" && !b.blank(key)
}

// has reports whether a key is given, rightly or not.
func (b *block) has(key string) bool { return !b.blank(key) }

// blank reports whether a key is not given, or without a value.
func (b *block) blank(key string) bool { return isNone(b.value.Get(key)) }

// isNone reports whether a value is missing, null or blank.
func isNone(v *configgeneral.Value) bool {
	return v == nil || v.Kind == configgeneral.Null ||
		v.Kind == configgeneral.Scalar && strings.TrimFunc(v.Text, isBlank) == ""
}

// pos returns the position of a value, and of the block when there is none.
func (b *block) pos(key string) configgeneral.Pos {
	if v := b.value.Get(key); v != nil && v.Pos.Line > 0 {
		return v.Pos
	}
	return b.value.Pos
}

package servicedef

import (
	"maps"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/suggest"
)

// variablePrefix is the prefix of the keys that are only variables.
const variablePrefix = "var_"

// The keys that each block may contain.
var (
	topKeys     = []string{"entry", "simplevisor"}
	serviceKeys = []string{"type", "name", "control", "start", "stop", "status", "restart", "daemon",
		"daemon_options", "output", "rotate", "timestamps", "reload", "pattern", "expected", "path", "timeout", "max_restarts", "after", "interval"}
	groupKeys   = []string{"type", "name", "children", "expected", "window", "adjustments", "strategy", "after"}
	entryKeys   = slices.Concat(serviceKeys, groupKeys)
	settingKeys = []string{"log", "logfile", "loglevel", "logname", "store", "pidfile", "interval", "daemon", "conf", "conftype",
		"command", "path"}
	// commandLineKeys are the words of the original's command line.
	commandLineKeys = []string{"command", "path"}
)

// synonyms are words that users write instead of a key.
var synonyms = map[string]string{"command": "control"}

// near returns the known key that is similar to word, or "" if there is none.
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

// only reports the unknown keys.
func (b *block) only(known []string) {
	for _, e := range b.value.Entries() {
		if !slices.Contains(known, e.Key) && !strings.HasPrefix(e.Key, variablePrefix) {
			b.in.unknown(e, known)
		}
	}
}

// text returns the value of a key that may not be repeated, or "" if it is
// absent.
func (b *block) text(key string) string {
	v := b.value.Get(key)
	switch {
	case v == nil || v.Kind == configgeneral.Null:
		return ""
	case v.Kind == configgeneral.Scalar && strings.ContainsRune(v.Text, 0):
		b.in.fail(v.Pos, "key %q contains a NUL byte, which cannot be passed to a program: %q", key, v.Text)
	case v.Kind == configgeneral.Scalar:
		return strings.TrimSpace(v.Text)
	case v.Kind == configgeneral.Array && len(v.List) < 2: // possible in JSON
		b.in.fail(v.Pos, "key %q must be a value, not a list", key)
	case v.Kind == configgeneral.Array:
		b.in.fail(v.List[1].Pos, "key %q occurs %d times, first at %s", key, len(v.List), v.List[0].Pos)
	default:
		b.in.fail(v.Pos, "key %q must be a value, not a block", key)
	}
	return ""
}

// given returns the value of a key and whether it is present. As in the original,
// a key without a value, or with a blank or null value, is absent.
func (b *block) given(key string) (string, bool) {
	text := b.text(key)
	return text, text != "" && !b.blank(key)
}

// has reports whether a key is present, valid or not.
func (b *block) has(key string) bool { return !b.blank(key) }

// blank reports whether a key is absent or has no value.
func (b *block) blank(key string) bool { return isNone(b.value.Get(key)) }

// isNone reports whether a value is missing, null or blank.
func isNone(v *configgeneral.Value) bool {
	return v == nil || v.Kind == configgeneral.Null ||
		v.Kind == configgeneral.Scalar && strings.TrimFunc(v.Text, isBlank) == ""
}

// pos returns the position of a value, or of the block if there is none.
func (b *block) pos(key string) configgeneral.Pos {
	if v := b.value.Get(key); v != nil && v.Pos.Line > 0 {
		return v.Pos
	}
	return b.value.Pos
}

package configgeneral

// scope resolves the variables of a block: first in the part of the block that
// was read, then in the blocks around it.
type scope struct {
	defined *Value
	outer   *scope
	hidden  *scope // the blocks around one that sees no outer variables; for hints only
}

// lookup returns the first value of the key in the innermost block that has it as
// a variable.
func (sc *scope) lookup(name string) (string, bool) {
	for ; sc != nil; sc = sc.outer {
		v := sc.defined.Get(name)
		if v != nil && v.Kind == Array {
			v = v.List[0]
		}
		if v != nil && v.Kind != Map {
			return v.Text, true
		}
	}
	return "", false
}

// longestHint limits the search for a hint, however long the name is.
const longestHint = 64

// knownPrefix returns the longest variable that is a prefix of name.
func (sc *scope) knownPrefix(name string) (string, bool) {
	for n := min(len(name)-1, longestHint); n > 0; n-- {
		if _, ok := sc.lookup(name[:n]); ok {
			return name[:n], true
		}
	}
	return "", false
}

// isHidden reports whether the variable is defined, but not visible in this
// block.
func (sc *scope) isHidden(name string) bool {
	for ; sc != nil; sc = sc.outer {
		if sc.hidden != nil {
			if _, ok := sc.hidden.lookup(name); ok || sc.hidden.isHidden(name) {
				return true
			}
		}
	}
	return false
}

package configgeneral

// scope is where the variables of a block are looked up: in the block as far as
// it is read, then in those around it.
type scope struct {
	defined *Value
	outer   *scope
	hidden  *scope // around a block that sees no outer variables; for hints only
}

// lookup returns the first value that the key was set to in the innermost block
// that has it as a variable.
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

// longestHint keeps the search for a hint short, whatever the name is.
const longestHint = 64

// knownPrefix returns the longest variable that name begins with.
func (sc *scope) knownPrefix(name string) (string, bool) {
	for n := min(len(name)-1, longestHint); n > 0; n-- {
		if _, ok := sc.lookup(name[:n]); ok {
			return name[:n], true
		}
	}
	return "", false
}

// isHidden reports whether the variable is defined, but out of reach.
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

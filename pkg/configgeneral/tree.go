package configgeneral

// Kind is the kind of a [Value].
type Kind int

// The kinds of values.
const (
	Null   Kind = iota // a key without a value
	Scalar             // text
	Array              // the values of a repeated key
	Map                // a block
)

func (k Kind) String() string {
	return [...]string{"null", "scalar", "array", "map"}[k]
}

// Value is a node of the configuration tree.
type Value struct {
	Kind Kind
	Pos  Pos      // the first character of the value, or the "<" of its block
	Text string   // of a Scalar
	List []*Value // of an Array, in order; no element is an Array itself

	entries []Entry
	index   map[string]int // into entries, if there are many
}

// Entry is a key of a Map with its value.
type Entry struct {
	Key   string
	Pos   Pos // the first occurrence of the key
	Value *Value
}

// Entries returns the entries of a Map in the order of their first definition.
func (v *Value) Entries() []Entry { return v.entries }

// Get returns the value of key in a Map, or nil.
func (v *Value) Get(key string) *Value {
	if i := v.find(key); i >= 0 {
		return v.entries[i].Value
	}
	return nil
}

// Elements returns the elements of an Array, or any other value as the only
// element: a key that may be repeated is an Array only if it is repeated. A nil
// value has no elements.
func (v *Value) Elements() []*Value {
	switch {
	case v == nil:
		return nil
	case v.Kind == Array:
		return v.List
	}
	return []*Value{v}
}

// fewEntries is the number of entries up to which a linear search is faster than
// an index.
const fewEntries = 8

func (v *Value) find(key string) int {
	if v.index != nil {
		if i, ok := v.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range v.entries {
		if v.entries[i].Key == key {
			return i
		}
	}
	return -1
}

// add adds key, which v does not have yet, with its value.
func (v *Value) add(key string, pos Pos, value *Value) {
	v.entries = append(v.entries, Entry{key, pos, value})
	switch {
	case v.index != nil:
		v.index[key] = len(v.entries) - 1
	case len(v.entries) > fewEntries:
		v.index = make(map[string]int)
		for i := range v.entries {
			v.index[v.entries[i].Key] = i
		}
	}
}

// insert adds value under key, and makes an Array if the key exists.
func (v *Value) insert(key string, pos Pos, value *Value) {
	i := v.find(key)
	if i < 0 {
		v.add(key, pos, value)
		return
	}
	present := v.entries[i].Value
	if present.Kind != Array {
		present = &Value{Kind: Array, Pos: present.Pos, List: []*Value{present}}
		v.entries[i].Value = present
	}
	present.List = append(present.List, value)
}

package simplevisor

import (
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// Block returns the properties of the <simplevisor> block of a configuration, which
// may be nil. A property without a value is absent.
func Block(tree *configgeneral.Value) Properties {
	p := make(Properties)
	if tree == nil {
		return p
	}
	block := tree.Get("simplevisor")
	if block == nil || block.Kind != configgeneral.Map {
		return p
	}
	for _, e := range block.Entries() {
		text := strings.TrimSpace(e.Value.Text)
		if slices.Contains(Names, e.Key) && e.Value.Kind == configgeneral.Scalar && text != "" {
			p[e.Key] = text
		}
	}
	return p
}

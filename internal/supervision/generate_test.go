package supervision

import (
	"fmt"
	"math/rand/v2"

	"github.com/svloop/svloop/pkg/servicedef"
)

// randomTree returns a tree with up to three levels of groups. The services have the
// names s0, s1, ... in the order of the file.
func randomTree(r *rand.Rand, patient bool) *servicedef.Entry {
	next := 0
	var build func(depth int) *servicedef.Entry
	build = func(depth int) *servicedef.Entry {
		var children []any
		for range 1 + r.IntN(4) {
			if depth > 0 && r.IntN(3) == 0 {
				children = append(children, build(depth-1))
				continue
			}
			expected := servicedef.Running
			if r.IntN(5) == 0 {
				expected = servicedef.Stopped
			}
			children = append(children, service(fmt.Sprintf("s%d", next), expected))
			next++
		}
		window, adjustments := 1+r.IntN(5), r.IntN(4)
		if patient {
			adjustments = window
		}
		next++
		return group(fmt.Sprintf("g%d", next), servicedef.Strategies[r.IntN(3)], window, adjustments, children...)
	}
	return build(r.IntN(3))
}

// pick returns some of the services of a tree.
func pick(r *rand.Rand, tree *servicedef.Entry) (some []*servicedef.Service) {
	for _, s := range tree.Services() {
		if r.IntN(4) == 0 {
			some = append(some, s)
		}
	}
	return some
}

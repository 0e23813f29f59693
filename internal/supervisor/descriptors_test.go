//go:build linux

package supervisor

import "testing"

func TestShare(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		limit          uint64
		watched, slots int
	}{
		{1 << 62, 1<<30 - 222, 16},
		{1024, 802, 16},
		{256, 192, 2},
		{64, 22, 1},
		{40, 0, 1},
	} {
		if watched, slots := share(test.limit); watched != test.watched || slots != test.slots {
			t.Errorf("of %d: %d watched and %d slots, want %d and %d", test.limit, watched, slots, test.watched, test.slots)
		}
	}
}

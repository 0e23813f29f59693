package supervisor

import (
	"testing"
	"time"
)

// The next cycle may begin before the last one has ended.
func TestLongCycle(t *testing.T) {
	t.Parallel()
	var c cycle
	start := time.Unix(1700000000, 0)
	c.begin(start)
	c.begin(start.Add(time.Second))
	if took := c.took(start.Add(3 * time.Second)); took != 3*time.Second {
		t.Errorf("it took %s", took)
	}
	c.open = time.Time{}
	if took := c.took(start.Add(3 * time.Second)); took != 2*time.Second {
		t.Errorf("the one that waited took %s", took)
	}
}

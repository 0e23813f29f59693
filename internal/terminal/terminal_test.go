package terminal

import (
	"os"
	"testing"
)

func TestNoTerminal(t *testing.T) {
	t.Parallel()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if Is(null.Fd()) || Columns(null.Fd()) != 0 {
		t.Errorf("%s is a terminal of %d columns", os.DevNull, Columns(null.Fd()))
	}
}

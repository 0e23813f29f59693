package lsb_test

import (
	"fmt"

	"github.com/svloop/svloop/pkg/lsb"
)

// The same number has two meanings.
func Example() {
	fmt.Println(lsb.Status(3)) // of "init-script status"
	fmt.Println(lsb.Action(3)) // of any other action
	// Output:
	// not running
	// unimplemented
}

// A control command may exit with any status.
func ExampleActionOf() {
	fmt.Println(lsb.ActionOf(5))
	fmt.Println(lsb.ActionOf(127))
	// Output:
	// not installed
	// failed
}

package suggest_test

import (
	"fmt"

	"github.com/svloop/svloop/pkg/suggest"
)

func ExampleNearest() {
	actions := []string{"start", "stop", "status", "restart"}
	fmt.Printf("%q\n", suggest.Nearest("statr", actions))
	fmt.Printf("%q\n", suggest.Nearest("launch", actions))
	// Output:
	// "start"
	// ""
}

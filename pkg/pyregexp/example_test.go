package pyregexp_test

import (
	"errors"
	"fmt"

	"github.com/svloop/svloop/pkg/pyregexp"
)

func ExampleCompile() {
	re, err := pyregexp.Compile(`(?i)^/usr/sbin/(?P<name>\w+) .*--pid=/run/(?P=name)\.pid$`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(re.MatchString("/usr/sbin/httpd -k start --pid=/run/httpd.pid"))
	fmt.Println(re.MatchString("/usr/sbin/httpd -k start --pid=/run/nginx.pid"))
	// Output:
	// true <nil>
	// false <nil>
}

func ExampleError() {
	_, err := pyregexp.Compile(`httpd (-k|-D`)
	var refusal *pyregexp.Error
	if errors.As(err, &refusal) {
		fmt.Printf("column %d: %s\n", refusal.Offset+1, refusal.Msg)
	}
	// Output:
	// column 7: missing ), unterminated subpattern
}

func ExampleRegexp_MatchesEmpty() {
	re, err := pyregexp.Compile(`(httpd)?`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(re.MatchesEmpty())
	// Output:
	// true
}

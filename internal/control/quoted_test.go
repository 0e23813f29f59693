package control

import "testing"

func TestQuoted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		argv []string
		want string
	}{
		{[]string{"/bin/x", "--a=b"}, `"/bin/x --a=b"`},
		{[]string{"nginx", "-g", "daemon off;"}, `"nginx" "-g" "daemon off;"`},
		{[]string{"nginx", "-g", "'daemon", "off;'"}, `"nginx" "-g" "'daemon" "off;'"`},
		{[]string{"x", ""}, `"x" ""`}, {[]string{"x", "a\x1b"}, `"x a\x1b"`},
	} {
		if got := quoted(test.argv); got != test.want {
			t.Errorf("%q: got %s, want %s", test.argv, got, test.want)
		}
	}
}

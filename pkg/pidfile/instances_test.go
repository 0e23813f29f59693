//go:build linux

package pidfile

import "testing"

func TestKindOfCommand(t *testing.T) {
	t.Parallel()
	mixed := Instances{Name: "svloop", Old: []string{"simplevisor-loop", "older"}, Interpreter: "perl"}
	for _, test := range []struct {
		in          Instances
		args        []string
		want        kind
		interpreted bool
	}{
		{mixed, nil, other, false},
		{mixed, []string{""}, other, false},
		{mixed, []string{"/usr/bin/svloop", "--pidfile", "x"}, own, false},
		{mixed, []string{"svloopy"}, other, false},
		{mixed, []string{"simplevisor-loop"}, old, false},
		{mixed, []string{"./older"}, old, false},
		{mixed, []string{"vi", "simplevisor-loop"}, other, false},
		{mixed, []string{"perl", "-w", "/usr/bin/simplevisor-loop"}, old, true},
		{mixed, []string{"/usr/bin/perl5.36", "-w", "-T", "simplevisor-loop"}, old, true},
		{mixed, []string{"perl", "1", "2", "3", "simplevisor-loop"}, other, true},
		{mixed, []string{"perl", "renamed"}, other, true},
		{Instances{Name: "mine"}, []string{"mine"}, own, false},
		{Instances{Name: "mine"}, []string{"perl", "mine"}, other, false},
		{Instances{Old: []string{"older"}}, []string{"perl", "older"}, other, false},
		{Instances{}, []string{"svloop"}, other, false},
		{Instances{}, []string{"simplevisor-loop"}, other, false},
		{Instances{}, []string{"perl", "simplevisor-loop"}, other, false},
		{Instances{}, []string{""}, other, false},
	} {
		if got := test.in.kindOfCommand(test.args); got != test.want {
			t.Errorf("%+v: %q is %v, want %v", test.in, test.args, got, test.want)
		}
		if got := test.in.interpreted(test.args); got != test.interpreted {
			t.Errorf("%+v: %q is interpreted: %v", test.in, test.args, got)
		}
	}
}

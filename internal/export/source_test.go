package export

import (
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

func TestIgnoredTimeout(t *testing.T) {
	t.Parallel()
	s := &Source{Service: &servicedef.Service{Start: []string{"/bin/x"}, Daemon: "/run/x.pid", Timeout: time.Minute}}
	if got := IgnoredTimeout(s); got != nil {
		t.Errorf("%q", got)
	}
	s.Timeout = 90 * time.Second
	if got := IgnoredTimeout(s); len(got) != 1 || !strings.HasPrefix(got[0], "timeout = 90 (") {
		t.Errorf("%q", got)
	}
}

package version_test

import (
	"regexp"
	"runtime"
	"testing"

	"github.com/svloop/svloop/internal/version"
)

func TestLine(t *testing.T) {
	t.Parallel()
	got := version.Line("prog")
	form := `^prog (development version|v?\d\S*) \((commit [0-9a-f]{12}, )?` + regexp.QuoteMeta(runtime.Version()) + `\)$`
	if !regexp.MustCompile(form).MatchString(got) {
		t.Errorf("%q does not match %s", got, form)
	}
}

package cron

import (
	"errors"
	"testing"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
)

// TestWithoutBlock removes the lines of one service from a crontab, in any place, and no
// other lines.
func TestWithoutBlock(t *testing.T) {
	t.Parallel()
	text, _ := exporttest.File(t, Format, exporttest.Source(t, "control = /bin/x"))
	block := crontabBegin + "x\n" + text + crontabEnd + "x\n"
	other := crontabBegin + "x-y\n" + text + crontabEnd + "x-y\n"
	for _, test := range []struct{ table, want string }{
		{"", ""},
		{block, ""},
		{"a\n" + block + "b\n", "a\nb\n"},
		{block + "b\n", "b\n"},
		{"a\n\n" + block, "a\n\n"},
		{other + block, other},
		{other, other},
		{"a " + crontabBegin + "x\n", "a " + crontabBegin + "x\n"},
	} {
		if got, err := withoutBlock(test.table, "x", made("x"), false); got != test.want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", test.table, got, err, test.want)
		}
	}
	for _, edited := range []string{
		crontabBegin + "x\n" + crontabEnd + "x\n",
		crontabBegin + "x\n# hm\n" + text + crontabEnd + "x\n",
	} {
		_, err := withoutBlock(edited, "x", made("x"), false)
		var known *export.EditedError
		if !errors.As(err, &known) || err.Error() != `cannot replace "crontab, x": it was edited since svctl export made it` {
			t.Errorf("%q: got the error %v", edited, err)
		}
		if got, err := withoutBlock(edited, "x", made("x"), true); got != "" || err != nil {
			t.Errorf("%q: by force: got %q, %v", edited, got, err)
		}
	}
	if _, err := withoutBlock(crontabBegin+"x\n", "x", "", true); !errors.Is(err, errNoEnd) {
		t.Errorf("got the error %v, want %v", err, errNoEnd)
	}
	// a/b is exported under the same name as a-b.
	_, err := withoutBlock(block, "x", made("y/x"), false)
	if want := `cannot replace "crontab, x": it was made by "svctl export cron x"`; err == nil || err.Error() != want {
		t.Errorf("of another service: got the error %v, want %s", err, want)
	}
	if got, err := withoutBlock(block, "x", made("y/x"), true); got != "" || err != nil {
		t.Errorf("of another service, by force: got %q, %v", got, err)
	}
}

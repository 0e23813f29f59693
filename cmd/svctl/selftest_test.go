package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/selftest"
	"github.com/svloop/svloop/internal/table"
	"github.com/svloop/svloop/pkg/servicedef"
)

// TestSelftestIsOfOneService refuses groups and several names, and runs nothing.
func TestSelftestIsOfOneService(t *testing.T) {
	t.Parallel()
	dir, conf := writeConf(t, "<entry>\ntype = supervisor\nname = g\n<children>\n"+entry("a", "control = touch DIR/run")+"</children>\n</entry>\n"+
		entry("b", "control = touch DIR/run"))
	const hint = "svctl: hint: try svctl --help\n"
	for _, test := range []struct {
		args []string
		want answer
	}{
		{nil, answer{stderr: "svctl: action selftest needs the name of one service\n" + hint, code: 2}},
		{[]string{"a", "b"}, answer{stderr: "svctl: action selftest needs the name of one service\n" + hint, code: 2}},
		{[]string{"g"}, answer{stderr: "svctl: action selftest needs the name of one service, but \"g\" is a group\n" + hint, code: 2}},
		{[]string{"missing"}, answer{stderr: "svctl: no service \"missing\" in the configuration\n", code: 6}},
		{[]string{"--dry-run", "b"}, answer{stderr: "svctl: option --dry-run has no meaning with selftest\n" + hint, code: 2}},
	} {
		wantAnswer(t, dir, test.want, append([]string{"--conf", conf, "selftest"}, test.args...)...)
	}
	if _, err := os.Stat(filepath.Join(dir, "run")); err == nil {
		t.Error("a command was run")
	}
}

func TestLeftAs(t *testing.T) {
	t.Parallel()
	failed := errors.New("cannot bring it")
	for _, test := range []struct {
		err, failed error
		want        string
	}{
		{nil, nil, ""},
		{failed, nil, "cannot bring it"},
		{failed, failed, "cannot bring it, and its state was not restored"},
		{nil, failed, "cannot restore its state: cannot bring it"},
		{selftest.ErrInterrupted, nil, "interrupted, and the service is now running"},
		{selftest.ErrInterrupted, failed, "interrupted, and cannot restore its state: cannot bring it"},
	} {
		got := ""
		if err := leftAs(test.err, selftest.Running, test.failed); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%v, %v: got %q, want %q", test.err, test.failed, got, test.want)
		}
	}
}

var someOutcomes = []selftest.Outcome{
	{
		Row:    selftest.Row{Before: selftest.Stopped, Action: "status", Expect: []int{3}},
		Result: selftest.Result{Argv: []string{"./init", "status"}, Code: 3}, OK: true,
	},
	{
		Row:    selftest.Row{Before: selftest.Running, Action: "reload", Expect: []int{0, 3}},
		Result: selftest.Result{Code: selftest.NoCode, Problem: "timed out, terminated after 1s"},
	},
	{
		Row:    selftest.Row{Before: selftest.Dead, Action: "start", Expect: []int{0}},
		Result: selftest.Result{Code: 1},
	},
}

func TestSelftestReport(t *testing.T) {
	t.Parallel()
	var out output
	s := &invocation{options: &options{}, stdout: &out}
	if code := s.printSelftest(newSelftestReport("g/x", someOutcomes, 2, errors.New("interrupted, and the service is now stopped"))); code != 0 {
		t.Errorf("got %d", code)
	}
	want := `ROW  BEFORE   ACTION  EXPECTED  FOUND  RESULT
1    stopped  status  3         3      ok
2    running  reload  0 or 3    -      WRONG: timed out, terminated after 1s
3    dead     start   0         1      WRONG
g/x: 2 of 3 rows differ, 2 skipped
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSelftestReportInJSON(t *testing.T) {
	t.Parallel()
	var out output
	s := &invocation{options: &options{json: true}, stdout: &out}
	if code := s.printSelftest(newSelftestReport("g/x", someOutcomes, 2, errors.New("interrupted, and the service is now stopped"))); code != 0 {
		t.Errorf("got %d", code)
	}
	want := `{
  "path": "g/x",
  "ok": false,
  "rows": [
    {
      "before": "stopped",
      "action": "status",
      "argv": [
        "./init",
        "status"
      ],
      "expected": [
        3
      ],
      "code": 3,
      "ok": true
    },
    {
      "before": "running",
      "action": "reload",
      "expected": [
        0,
        3
      ],
      "ok": false,
      "text": "timed out, terminated after 1s"
    },
    {
      "before": "dead",
      "action": "start",
      "expected": [
        0
      ],
      "code": 1,
      "ok": false
    }
  ],
  "left_out": 2,
  "text": "interrupted, and the service is now stopped"
}
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The example in svctl(1) has the rows of the table.
func TestSelftestManual(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("svctl.1")
	if err != nil {
		t.Fatal(err)
	}
	example := strings.Split(plainText(section(t, string(page), "SELFTEST")), "\n")
	for i, row := range selftest.Rows(&servicedef.Service{Control: []string{"x"}}) {
		want := []string{strconv.Itoa(i + 1), string(row.Before), row.Action}
		want = append(want, strings.Fields(codes(row.Expect))...)
		if !slices.ContainsFunc(example, func(line string) bool {
			words := strings.Fields(line)
			return len(words) > len(want) && slices.Equal(words[:len(want)], want)
		}) {
			t.Errorf("row %q is missing", want)
		}
	}
}

func TestSelftestSummary(t *testing.T) {
	t.Parallel()
	right, wrong := someOutcomes[0], someOutcomes[2]
	for _, test := range []struct {
		rows    []selftest.Outcome
		leftOut int
		err     error
		want    string
		ok      bool
	}{
		{[]selftest.Outcome{right, right}, 0, nil, "2 rows, all as LSB requires", true},
		{[]selftest.Outcome{right, wrong}, 0, nil, "1 of 2 rows differs", false},
		{[]selftest.Outcome{wrong, wrong}, 0, nil, "2 of 2 rows differ", false},
		{[]selftest.Outcome{right, right}, 0, errors.New("x"), "2 rows, all as LSB requires", false},
		{[]selftest.Outcome{right, right}, 9, errors.New("x"), "2 rows, all as LSB requires, 9 skipped", false},
		{[]selftest.Outcome{right, wrong}, 9, errors.New("x"), "1 of 2 rows differs, 9 skipped", false},
	} {
		report := newSelftestReport("x", test.rows, test.leftOut, test.err)
		if got := report.summary(); got != test.want || report.OK != test.ok {
			t.Errorf("got %q, %v, want %q, %v", got, report.OK, test.want, test.ok)
		}
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	for want, all := range map[string][]int{"0": {0}, "2 or 3": {2, 3}, "0, 3 or 7": {0, 3, 7}} {
		if got := codes(all); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestSelftestResult has the reason on a line of its own on a terminal.
func TestSelftestResult(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		row         selftestRow
		style       table.Style
		short, note string
		whole       string
	}{
		{selftestRow{OK: true}, table.Good, "ok", "", "ok"},
		{selftestRow{}, table.Fault, "WRONG", "", "WRONG"},
		{selftestRow{Text: "timed out"}, table.Fault, "WRONG", "timed out", "WRONG: timed out"},
	} {
		short, notes := test.row.result(true)
		if short != (table.Cell{Text: test.short, Style: test.style}) || len(notes) != min(1, len(test.note)) || len(notes) > 0 && notes[0].Text != test.note {
			t.Errorf("%+v: got %+v, %+v", test.row, short, notes)
		}
		if whole, notes := test.row.result(false); whole != (table.Cell{Text: test.whole, Style: test.style}) || notes != nil {
			t.Errorf("without a terminal: got %+v, %+v", whole, notes)
		}
	}
}

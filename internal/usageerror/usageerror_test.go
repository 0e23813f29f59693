package usageerror

import (
	"errors"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ args, text, hint string }{
		{"--output", "option --output needs a value", ""},
		{"--even", "option --even needs a value: want an even number", ""},
		{"--ouptut x", "unknown option --ouptut", "did you mean --output?"},
		{"--nothing-like-it", "unknown option --nothing-like-it", ""},
		{"-x", "unknown option -x", ""},
		{"-oops", `unknown option -o in "-oops"`, ""},
		{"-outptu=x", `unknown option -o in "-outptu=x"`, "did you mean --output?"},
		{"--force=perhaps", `option --force: "perhaps" is wrong: want true or false`, ""},
		{"--even 3", `option --even: "3" is wrong: want an even number`, ""},
		{"--=x", `"--=x" is not an option`, ""},
	} {
		f := pflag.NewFlagSet("prog", pflag.ContinueOnError)
		f.String("output", "", "")
		f.Bool("force", false, "")
		f.Var(Value(func(text string) error {
			if text == "" || strings.ContainsAny(text, "13579") {
				return errors.New("want an even number")
			}
			return nil
		}), "even", "")
		var wrong *Error
		if err := Explain(f, f.Parse(strings.Fields(test.args))); !errors.As(err, &wrong) || wrong.Text != test.text || wrong.Hint != test.hint {
			t.Errorf("%s: %#v, want %q, %q", test.args, err, test.text, test.hint)
		}
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]Error{
		"strat": {`unknown action "strat"`, `did you mean "start"?`},
		"fly":   {`unknown action "fly"`, ""},
	} {
		var wrong *Error
		err := Unknown(word, []string{"start", "stop"}, "unknown action %q", word)
		if !errors.As(err, &wrong) || *wrong != want {
			t.Errorf("%#v, want %+v", err, want)
		}
	}
}

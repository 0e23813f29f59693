package cmdline

import (
	"slices"
	"strings"
	"testing"
)

func TestSpellings(t *testing.T) {
	t.Parallel()
	tests := []struct{ args, want string }{
		{"-daemon|prog|-daemon", "--daemon|prog|-daemon"},
		{"-pidfile|-daemon|-daemon|x", "--pidfile|-daemon|--daemon|x"}, // the second word is a value
		{"-pidfile=-daemon|-daemon", "--pidfile=-daemon|--daemon"},
		{"-c|-daemon|-daemon", "-c|-daemon|--daemon"},
		{"-c1|-daemon", "-c1|--daemon"},
		{"-d|-daemon", "-d|--daemon"},
		{"--|-daemon", "--|-daemon"},
		{"-|-daemon", "-|-daemon"},
		{"--debug|-daemon", "--debug|--daemon"},
		{"-unknown|-daemon", "-unknown|--daemon"},
		{"-pidfile", "--pidfile"},
		{"|-daemon", "|-daemon"},
		{"--c|-daemon|--d|--s=1|--?|-da", "-c|-daemon|-d|-s=1|-?|--daemon"},
		{"--cou|-daemon|-sl=--st|--st|--q", "--count|-daemon|--sleep=--st|--status|--quit"},
		{"--pid|--daemon|--daemon", "--pidfile|--daemon|--daemon"},
		{"---c|1", "---c|1"},
		{"--da=false|-st=true", "--daemon=false|--status=true"},
	}
	for _, test := range tests {
		args := strings.Split(test.args, "|")
		before := slices.Clone(args)
		got := spellings(Defaults().Flags(), args)
		if !slices.Equal(got, strings.Split(test.want, "|")) {
			t.Errorf("%q: %q, want %q", test.args, got, test.want)
		}
		if !slices.Equal(args, before) {
			t.Errorf("%q: the arguments were changed to %q", test.args, args)
		}
	}
}

func TestUnabbreviated(t *testing.T) {
	t.Parallel()
	for beginning, want := range map[string]string{
		"": "", "c": "count", "d": "", "da": "daemon", "de": "debug", "s": "", "sl": "sleep", "st": "status",
		"p": "pidfile", "q": "quit", "h": "help", "m": "manual", "quit": "quit", "quits": "", "re": "", "stdo": "",
	} {
		if got := unabbreviated(beginning); got != want {
			t.Errorf("%q is %q, want %q", beginning, got, want)
		}
	}
	flags := Defaults().Flags()
	for _, name := range oldNames {
		if flags.Lookup(name) == nil {
			t.Errorf("there is no option --%s", name)
		}
	}
}

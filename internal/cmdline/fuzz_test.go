package cmdline

import (
	"errors"
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/usageerror"
)

// optionNames are the options with values and the switches, with their letters.
func optionNames() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		going := true
		Defaults().Flags().VisitAll(func(f *pflag.Flag) {
			switch f.Name {
			case "help", "?", "manual", "version":
				return
			}
			going = going && yield(f.Name, f.Shorthand)
		})
	}
}

// FuzzParse parses whole command lines, with words separated by newlines. It never
// panics, an error has one line, and an accepted command line means the same when it is
// parsed again.
func FuzzParse(f *testing.F) {
	for _, test := range accepted {
		f.Add(strings.ReplaceAll(test.args, "|", "\n") + "\nprog")
	}
	for _, test := range refused {
		f.Add(strings.ReplaceAll(test.args, "|", "\n"))
	}
	f.Fuzz(func(t *testing.T, text string) {
		args := strings.Split(text, "\n")
		o, err := Parse(args)
		if err != nil {
			var wrong *usageerror.Error
			if !errors.As(err, &wrong) || o != nil || wrong.Text == "" || strings.Contains(wrong.Text+wrong.Hint, "\n") {
				t.Fatalf("%q: %+v, %v", args, o, err)
			}
			return
		}
		switch {
		case o.Help, o.Manual, o.Version:
		case o.Status || o.Quit:
			if o.Pidfile == "" || o.Command != nil || o.Status && o.Quit {
				t.Fatalf("%q: %+v", args, o)
			}
		case len(o.Command) == 0 || o.Command[0] == "":
			t.Fatalf("%q has no command: %+v", args, o)
		}
		if again, err := Parse(args); err != nil || !reflect.DeepEqual(again, o) {
			t.Fatalf("%q: %+v, and then %+v, %v", args, o, again, err)
		}
	})
}

// fuzzValue fuzzes the value of one option: accepted values obey the rule.
func fuzzValue(f *testing.F, option string, rule func(o *Options) bool) {
	for _, test := range accepted {
		for _, word := range words(test.args) {
			f.Add(word)
		}
	}
	for _, test := range refused {
		for _, word := range words(test.args) {
			f.Add(word)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		o := Defaults()
		if err := o.Flags().Set(option, text); err == nil && !rule(o) {
			t.Fatalf("--%s %q sets %+v", option, text, o)
		}
	})
}

const longest = 1e9 * time.Second

func FuzzCount(f *testing.F) {
	fuzzValue(f, "count", func(o *Options) bool { return o.Count >= 0 && o.Count <= 1<<31-1 })
}

func FuzzSeconds(f *testing.F) {
	fuzzValue(f, "sleep", func(o *Options) bool { return o.Sleep >= 0 && o.Sleep <= longest })
}

func FuzzPositiveSeconds(f *testing.F) {
	fuzzValue(f, "timeout", func(o *Options) bool { return o.Timeout > 0 && o.Timeout <= longest })
}

func FuzzBackoff(f *testing.F) {
	fuzzValue(f, "backoff", func(o *Options) bool {
		return o.BackoffMin >= 0 && o.BackoffMin <= o.BackoffMax && o.BackoffMax <= longest
	})
}

func FuzzMaxFailures(f *testing.F) {
	fuzzValue(f, "max-failures", func(o *Options) bool {
		return o.MaxFailures >= 1 && o.MaxFailures <= 10000 && o.Within > 0 && o.Within <= longest
	})
}

func FuzzUmask(f *testing.F) {
	fuzzValue(f, "umask", func(o *Options) bool { return *o.Setup.Umask >= 0 && *o.Setup.Umask <= 0o777 })
}

func FuzzNice(f *testing.F) {
	fuzzValue(f, "nice", func(o *Options) bool { return *o.Setup.Nice >= -20 && *o.Setup.Nice <= 19 })
}

func FuzzOOMScoreAdj(f *testing.F) {
	fuzzValue(f, "oom-score-adj", func(o *Options) bool {
		return *o.Setup.OOMScoreAdj >= -1000 && *o.Setup.OOMScoreAdj <= 1000
	})
}

func FuzzEnv(f *testing.F) {
	fuzzValue(f, "env", func(o *Options) bool {
		return len(o.Env) == 1 && strings.Index(o.Env[0], "=") > 0 && !strings.Contains(o.Env[0], "\x00")
	})
}

func FuzzStream(f *testing.F) {
	fuzzValue(f, "stdout", func(o *Options) bool {
		s := o.Streams[1]
		return s.Kind != StreamDefault && (s.Path != "") == (s.Kind == StreamFile)
	})
}

// The three types with a String method: the printed text means the same.

func FuzzKillSpec(f *testing.F) {
	fuzzValue(f, "kill-spec", func(o *Options) bool {
		again := Defaults()
		return again.setKillSpec(o.KillSpec.String()) == nil && reflect.DeepEqual(again.KillSpec, o.KillSpec)
	})
}

func FuzzReady(f *testing.F) {
	fuzzValue(f, "ready", func(o *Options) bool {
		again := Defaults()
		return again.setReady(o.Ready.String()) == nil && again.Ready == o.Ready
	})
}

func FuzzRlimit(f *testing.F) {
	fuzzValue(f, "rlimit", func(o *Options) bool {
		again := Defaults()
		return again.addRlimit(o.Setup.Rlimits[0].String()) == nil && reflect.DeepEqual(again.Setup.Rlimits, o.Setup.Rlimits)
	})
}

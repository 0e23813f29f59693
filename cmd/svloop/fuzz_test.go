package main

import (
	"errors"
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

// optionNames are the options that are given values or switched on, with their
// letters.
func optionNames() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		going := true
		defaults().flags().VisitAll(func(f *pflag.Flag) {
			switch f.Name {
			case "help", "?", "manual", "version":
				return
			}
			going = going && yield(f.Name, f.Shorthand)
		})
	}
}

// FuzzParse parses whole command lines, their words separated by line ends: it
// never panics, says what is wrong in one line, and what it accepts means the
// same when it is parsed again.
func FuzzParse(f *testing.F) {
	for _, test := range accepted {
		f.Add(strings.ReplaceAll(test.args, "|", "\n") + "\nprog")
	}
	for _, test := range refused {
		f.Add(strings.ReplaceAll(test.args, "|", "\n"))
	}
	f.Fuzz(func(t *testing.T, text string) {
		args := strings.Split(text, "\n")
		o, err := parse(args)
		if err != nil {
			var wrong *usageError
			if !errors.As(err, &wrong) || o != nil || wrong.text == "" || strings.Contains(wrong.text+wrong.hint, "\n") {
				t.Fatalf("%q: %+v, %v", args, o, err)
			}
			return
		}
		switch {
		case o.help, o.manual, o.version:
		case o.status || o.quit:
			if o.pidfile == "" || len(o.command) > 0 || o.status && o.quit {
				t.Fatalf("%q: %+v", args, o)
			}
		case len(o.command) == 0 || o.command[0] == "":
			t.Fatalf("%q has no command: %+v", args, o)
		}
		if again, err := parse(args); err != nil || !reflect.DeepEqual(again, o) {
			t.Fatalf("%q: %+v, and then %+v, %v", args, o, again, err)
		}
	})
}

// fuzzValue fuzzes the value of one option: what is accepted by itself obeys
// the rule.
func fuzzValue(f *testing.F, option string, rule func(o *options) bool) {
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
		o := defaults()
		if err := o.flags().Set(option, text); err == nil && !rule(o) {
			t.Fatalf("--%s %q sets %+v", option, text, o)
		}
	})
}

const longest = 1e9 * time.Second

func FuzzCount(f *testing.F) {
	fuzzValue(f, "count", func(o *options) bool { return o.count >= 0 && o.count <= 1<<31-1 })
}

func FuzzSeconds(f *testing.F) {
	fuzzValue(f, "sleep", func(o *options) bool { return o.sleep >= 0 && o.sleep <= longest })
}

func FuzzPositiveSeconds(f *testing.F) {
	fuzzValue(f, "timeout", func(o *options) bool { return o.timeout > 0 && o.timeout <= longest })
}

func FuzzBackoff(f *testing.F) {
	fuzzValue(f, "backoff", func(o *options) bool {
		return o.backoffMin >= 0 && o.backoffMin <= o.backoffMax && o.backoffMax <= longest
	})
}

func FuzzMaxFailures(f *testing.F) {
	fuzzValue(f, "max-failures", func(o *options) bool {
		return o.maxFailures >= 1 && o.maxFailures <= 10000 && o.within > 0 && o.within <= longest
	})
}

func FuzzUmask(f *testing.F) {
	fuzzValue(f, "umask", func(o *options) bool { return *o.setup.Umask >= 0 && *o.setup.Umask <= 0o777 })
}

func FuzzNice(f *testing.F) {
	fuzzValue(f, "nice", func(o *options) bool { return *o.setup.Nice >= -20 && *o.setup.Nice <= 19 })
}

func FuzzOOMScoreAdj(f *testing.F) {
	fuzzValue(f, "oom-score-adj", func(o *options) bool {
		return *o.setup.OOMScoreAdj >= -1000 && *o.setup.OOMScoreAdj <= 1000
	})
}

func FuzzEnv(f *testing.F) {
	fuzzValue(f, "env", func(o *options) bool {
		return len(o.env) == 1 && strings.Index(o.env[0], "=") > 0 && !strings.Contains(o.env[0], "\x00")
	})
}

func FuzzStream(f *testing.F) {
	fuzzValue(f, "stdout", func(o *options) bool {
		s := o.streams[1]
		return s.kind != streamDefault && (s.path != "") == (s.kind == streamFile)
	})
}

// The three that have a String: what is printed means the same.

func FuzzKillSpec(f *testing.F) {
	fuzzValue(f, "kill-spec", func(o *options) bool {
		again := defaults()
		return again.setKillSpec(o.killSpec.String()) == nil && reflect.DeepEqual(again.killSpec, o.killSpec)
	})
}

func FuzzReady(f *testing.F) {
	fuzzValue(f, "ready", func(o *options) bool {
		again := defaults()
		return again.setReady(o.ready.String()) == nil && again.ready == o.ready
	})
}

func FuzzRlimit(f *testing.F) {
	fuzzValue(f, "rlimit", func(o *options) bool {
		again := defaults()
		return again.addRlimit(o.setup.Rlimits[0].String()) == nil && reflect.DeepEqual(again.setup.Rlimits, o.setup.Rlimits)
	})
}

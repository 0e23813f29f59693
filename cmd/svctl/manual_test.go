package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/pflag"
)

// page reads a manual page.
func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// section returns the lines of a manual page below a heading, up to the next heading.
func section(t *testing.T, page, heading string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, "\n.SH "+heading+"\n")
	if !found {
		t.Fatalf("the page has no section %q", heading)
	}
	text, _, _ := strings.Cut(rest, "\n.SH ")
	return "\n" + text + "\n"
}

// plainText removes fonts and escapes, so that a test can search for texts.
func plainText(roff string) string {
	return strings.NewReplacer(`\fB`, "", `\fI`, "", `\fR`, "", `\-`, "-", `\&`, "", `" "`, "", `"`, "").Replace(roff)
}

// tags returns the tags of the lists in a page.
func tags(roff string) []string {
	var all []string
	for _, entry := range regexp.MustCompile(`(?m)^\.TP\n\.[BIR]+ (.*)$`).FindAllStringSubmatch(roff, -1) {
		all = append(all, strings.FieldsFunc(plainText(entry[1]), func(r rune) bool { return r == ' ' || r == ',' })...)
	}
	return all
}

func TestManualHasAllOptions(t *testing.T) {
	t.Parallel()
	documented := tags(section(t, page(t, "svctl.1"), "OPTIONS"))
	known := make(map[string]bool)
	new(options).flags().VisitAll(func(f *pflag.Flag) {
		names := []string{"--" + f.Name}
		if f.Shorthand != "" {
			names = append(names, "-"+f.Shorthand)
		}
		for _, name := range names {
			known[name] = true
			if !slices.Contains(documented, name) {
				t.Errorf("svctl(1) does not explain option %s", name)
			}
			if !regexp.MustCompile(`[\s\[]` + name + `[\s,\]]`).MatchString(usage) {
				t.Errorf("the usage does not name option %s", name)
			}
		}
	})
	for _, word := range documented {
		if strings.HasPrefix(word, "-") && !known[word] {
			t.Errorf("svctl(1) explains option %s, which does not exist", word)
		}
	}
}

func TestManualHasAllActions(t *testing.T) {
	t.Parallel()
	documented := tags(section(t, page(t, "svctl.1"), "ACTIONS"))
	for _, name := range actionNames() {
		if !slices.Contains(documented, name) {
			t.Errorf("svctl(1) does not explain action %s", name)
		}
		if !regexp.MustCompile(`(?m)^  ([\w-]+, )*` + name + `([ ,]|$)`).MatchString(usage) {
			t.Errorf("the usage does not name action %s", name)
		}
	}
}

// TestManualHasAllFields compares the schema in svctl(1) with the types that are printed.
func TestManualHasAllFields(t *testing.T) {
	t.Parallel()
	schema := section(t, page(t, "svctl.1"), "JSON OUTPUT")
	for heading, answer := range map[string]any{
		"start, stop, restart":                   actionReport{},
		`start, stop, restart with \-\-dry\-run`: rehearsal{},
		"status":                                 statusReport{},
		"check":                                  checkReport{},
		"list":                                   listReport{},
		"show":                                   showReport{},
		"match":                                  matchReport{},
		"selftest":                               selftestReport{},
	} {
		_, rest, found := strings.Cut(schema, "\n.SS "+heading+"\n")
		if !found {
			t.Errorf("svctl(1) has no schema for %s", heading)
			continue
		}
		text, _, _ := strings.Cut(rest, "\n.SS ")
		for field := range fields(reflect.TypeOf(answer), heading) {
			if !regexp.MustCompile(`\b` + field + `\b`).MatchString(text) {
				t.Errorf("the schema for %s in svctl(1) does not explain field %q", heading, field)
			}
		}
	}
}

// fields yields the names of the JSON fields of a type, with those of nested types. Steps
// are explained once, with the rehearsal, and remarks with the status.
func fields(t reflect.Type, heading string) map[string]bool {
	all := make(map[string]bool)
	seen := make(map[reflect.Type]bool)
	var visit func(reflect.Type)
	visit = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			visit(t.Elem())
		case reflect.Struct:
			if seen[t] || t == reflect.TypeFor[stepJSON]() && heading == "show" || t == reflect.TypeFor[remarks]() && heading != "status" {
				return
			}
			seen[t] = true
			for f := range t.Fields() {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if f.IsExported() {
					all[name] = true
				}
				visit(f.Type) // also of an embedded type
			}
		}
	}
	visit(t)
	return all
}

func TestManualHasAllCodes(t *testing.T) {
	t.Parallel()
	actions, status, found := strings.Cut(section(t, page(t, "svctl.1"), "EXIT STATUS"), "\n.SS Of status\n")
	if !found {
		t.Fatal("svctl(1) has one table of codes, not two")
	}
	if got, want := tags(actions), []string{"0", "1", "2", "3", "4", "5", "6", "7"}; !slices.Equal(got, want) {
		t.Errorf("svctl(1) explains the codes %q of actions, want %q", got, want)
	}
	if got, want := tags(status), []string{"0", "1", "2", "3", "4"}; !slices.Equal(got, want) {
		t.Errorf("svctl(1) explains the codes %q of status, want %q", got, want)
	}
}

// TestManualHasAllVariables compares svctl(1) with the variables that the program reads.
func TestManualHasAllVariables(t *testing.T) {
	t.Parallel()
	documented := tags(section(t, page(t, "svctl.1"), "ENVIRONMENT"))
	for _, file := range []string{"invocation.go", "output.go", "colour.go", "watch.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		names := regexp.MustCompile(`env\.get\("(\w+)"\)`).FindAllStringSubmatch(string(source), -1)
		if len(names) == 0 {
			t.Errorf("%s reads no variable: look for them elsewhere", file)
		}
		for _, name := range names {
			if !slices.Contains(documented, name[1]) {
				t.Errorf("svctl(1) does not explain variable %s", name[1])
			}
		}
	}
}

func TestUsageFitsTheScreen(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSuffix(usage, "\n"), "\n")
	if len(lines) > 55 {
		t.Errorf("the usage has %d lines, want at most 55", len(lines))
	}
	for _, line := range lines {
		if n := utf8.RuneCountInString(line); n > 80 {
			t.Errorf("a line of the usage has %d columns, want at most 80: %q", n, line)
		}
	}
}

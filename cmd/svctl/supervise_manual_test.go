package main

import (
	"reflect"
	"regexp"
	"slices"
	"testing"
)

// TestSuperviseManual compares svctl-supervise(1) with the options of supervise and with
// its answer in JSON.
func TestSuperviseManual(t *testing.T) {
	t.Parallel()
	text := page(t, "svctl-supervise.1")
	documented := tags(section(t, text, "OPTIONS"))
	for _, name := range superviseWords {
		if !slices.Contains(documented, "--"+name) {
			t.Errorf("svctl-supervise(1) does not explain option --%s", name)
		}
	}
	if len(documented) < len(superviseWords) {
		t.Errorf("svctl-supervise(1) explains %q", documented)
	}
	schema := section(t, text, "JSON OUTPUT")
	for field := range fields(reflect.TypeFor[supervisorReport](), "") {
		if field != "" && !regexp.MustCompile(`\b`+field+`\b`).MatchString(schema) {
			t.Errorf("svctl-supervise(1) does not explain field %q", field)
		}
	}
}

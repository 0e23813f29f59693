package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/export/formats"
)

func exportPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("svctl-export.1")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// subsection returns the lines below a .SS heading.
func subsection(t *testing.T, text, heading string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, "\n.SS "+heading+"\n")
	if !found {
		t.Fatalf("there is no %q in\n%s", heading, text)
	}
	text, _, _ = strings.Cut(rest, "\n.SS ")
	return "\n" + text + "\n"
}

// TestExportManualHasAllFields compares the schema in svctl-export(1) with the types that
// are printed.
func TestExportManualHasAllFields(t *testing.T) {
	t.Parallel()
	schema := section(t, exportPage(t), "JSON OUTPUT")
	for heading, answer := range map[string]any{"export": exportReport{}, "unexport": unexportReport{}} {
		text := subsection(t, schema, heading)
		for field := range fields(reflect.TypeOf(answer), heading) {
			if !regexp.MustCompile(`\b` + field + `\b`).MatchString(text) {
				t.Errorf("the schema for %s in svctl-export(1) does not explain field %q", heading, field)
			}
		}
	}
}

// TestExportManualHasAllOptions searches each option of svloop in the translation to
// options of systemd.
func TestExportManualHasAllOptions(t *testing.T) {
	t.Parallel()
	none := []string{"help", "?", "manual", "version", "status", "quit", "json"} // options that start nothing
	explained := tags(section(t, exportPage(t), "OPTIONS OF SVLOOP FOR SYSTEMD"))
	cmdline.Defaults().Flags().VisitAll(func(f *pflag.Flag) {
		if slices.Contains(explained, "--"+f.Name) == slices.Contains(none, f.Name) {
			t.Errorf("svctl-export(1): --%s is explained: %v", f.Name, slices.Contains(explained, "--"+f.Name))
		}
	})
}

func TestExportManualHasAllFormats(t *testing.T) {
	t.Parallel()
	page := exportPage(t)
	for _, heading := range []string{"WHAT SERVICES BECOME", "INSTALLATION"} {
		explained := tags(section(t, page, heading))
		for _, name := range formats.Names() {
			if !slices.Contains(explained, name) {
				t.Errorf("%s in svctl-export(1) does not explain format %s", heading, name)
			}
		}
	}
	if got, want := tags(section(t, page, "EXIT STATUS")), strings.Fields("0 1 2 3 4 5 6"); !slices.Equal(got, want) {
		t.Errorf("svctl-export(1) explains the codes %q, want %q", got, want)
	}
}

// TestExportManualExample compares the example in the page with the real output, except
// for the path and the checksums.
func TestExportManualExample(t *testing.T) {
	t.Parallel()
	examples := strings.Split(section(t, exportPage(t), "EXAMPLES"), "\n.EX\n")
	if len(examples) < 3 {
		t.Fatalf("svctl-export(1) has %d examples", len(examples)-1)
	}
	for i := range examples {
		examples[i], _, _ = strings.Cut(examples[i], ".EE\n")
		examples[i] = strings.NewReplacer(`\-`, "-", `\(aq`, "'").Replace(examples[i])
	}
	dir, conf := writeConf(t, examples[1])
	var stdout, stderr output
	code := run([]string{"svctl", "--conf", conf, "export", "runit", "api", "--output", dir},
		[]string{"PATH=/bin", "SVLOOP=/usr/bin/svloop"}, &stdout, &stderr)
	said, script, _ := strings.Cut(examples[2], "$ cat api/run\n")
	said = strings.TrimPrefix(said, "$ svctl export runit api --output .\n")
	if got := stderr.String() + strings.ReplaceAll(stdout.String(), dir+"/", ""); code != 0 || got != said {
		t.Errorf("exit status %d, %q; want %q", code, got, said)
	}
	text, err := os.ReadFile(filepath.Join(dir, "api/run"))
	if err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`(?m)(^# svctl-sha256: .*\n)+`).ReplaceAllString(string(text), "# ...\n")
	got = strings.Replace(got, conf, "/etc/simplevisor/simplevisor.conf", 1)
	if got != script {
		t.Errorf("it is\n%s\nin svctl-export(1)\n%s", got, script)
	}
}

package servicedef

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// load parses text as the file a.conf.
func load(t testing.TB, text string) *Config {
	t.Helper()
	c, err := loadText(Apache, text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func loadText(kind Type, text string) (*Config, error) {
	return Load("a.conf", kind, fstest.MapFS{"a.conf": {Data: []byte(text)}})
}

// service parses the keys of one service, s, which begin on line 4.
func service(t testing.TB, keys string) *Service {
	t.Helper()
	return load(t, serviceText(keys)).Services()[0]
}

func serviceText(keys string) string {
	return "<entry>\ntype = service\nname = s\n" + keys + "\n</entry>\n"
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		kind Type
		text string
		want string
	}{
		{"empty", Apache, "", "a.conf:1:1: it contains no <entry>"},
		{"only comments", Apache, "# nothing\n\n", "a.conf:1:1: it contains no <entry>"},
		{"only settings", Apache, "<simplevisor>\nlog = null\n</simplevisor>\n", "a.conf:1:1: it contains no <entry>"},
		{"empty object", JSON, "{}", "a.conf:1:1: it contains no <entry>"},
		{"no entries in the list", JSON, `{"entry": []}`, "a.conf:1:1: it contains no <entry>"},
		{"grammar", Apache, "a = 1\n<entry>\n", "a.conf:2:1: "},
		{"not JSON", JSON, "<entry>", "a.conf:1:1: not valid JSON: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := loadText(test.kind, test.text)
			if c != nil || err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Fatalf("got %v, %v, want the error %q", c, err, test.want)
			}
			if want := strings.HasSuffix(test.want, "it contains no <entry>"); errors.Is(err, ErrNoEntry) != want {
				t.Errorf("got %v from errors.Is(err, ErrNoEntry)", !want)
			}
		})
	}
}

func TestLoadMissingFile(t *testing.T) {
	t.Parallel()
	for _, kind := range []Type{Apache, JSON} {
		if _, err := Load("a.conf", kind, fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: got %v, want an error that is fs.ErrNotExist", kind, err)
		}
	}
}

// TestLoadIncluded reports errors with the file in which they occur.
func TestLoadIncluded(t *testing.T) {
	t.Parallel()
	_, err := Load("a.conf", Apache, fstest.MapFS{
		"a.conf":     {Data: []byte("\n<<include sub/b.conf>>\n")},
		"sub/b.conf": {Data: []byte("<entry>\n  type = service\n  name = s\n  strat = x\n</entry>\n")},
	})
	want := `sub/b.conf:4:3: unknown key "strat" (did you mean "start"?) (included from a.conf:2)
sub/b.conf:1:1: service "s" has neither start nor control (included from a.conf:2)`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// TestLoadConformance loads the files of the Config::General tests. Few of them have
// entries; the others are rejected with an error of any kind.
func TestLoadConformance(t *testing.T) {
	t.Parallel()
	services := map[string]string{
		"seed-custom1":            "custom1",
		"seed-httpd":              "httpd",
		"supervisor-tree":         "svisor1/httpd svisor1/inner/a",
		"two-entries":             "httpd custom1",
		"three-entries-and-blank": "httpd custom1 c",
	}
	files, err := filepath.Glob("../configgeneral/testdata/conformance/*.conf")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".conf")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := Load(file, Apache, configgeneral.OSFiles{})
			if want, ok := services[name]; ok {
				if err != nil {
					t.Fatal(err)
				}
				if got := paths(c.Services()); got != want {
					t.Errorf("got the services %q, want %q", got, want)
				}
			}
		})
	}
}

func paths(services []*Service) string {
	var all []string
	for _, s := range services {
		all = append(all, s.Path)
	}
	return strings.Join(all, " ")
}

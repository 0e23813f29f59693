package architecture

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The copyright file of the packages has the modules that are linked.
func TestNotices(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "packaging", "copyright"))
	if err != nil {
		t.Fatal(err)
	}
	const format = `{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}`
	list := exec.Command("go", "list", "-deps", "-f", format, "./cmd/...")
	list.Dir, list.Env = root, append(os.Environ(), "GOOS=linux")
	modules, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]bool{"std": true}
	for module := range strings.FieldsSeq(string(modules)) {
		linked[module] = true
	}
	stated := make(map[string]bool)
	for _, m := range regexp.MustCompile(`(?m)^Files: (.*)$`).FindAllStringSubmatch(string(text), -1) {
		for module := range strings.FieldsSeq(m[1]) {
			stated[module] = true
		}
	}
	for module := range linked {
		if !stated[module] {
			t.Errorf("packaging/copyright does not have %s, which is linked", module)
		}
	}
	for module := range stated {
		if module != "*" && !linked[module] {
			t.Errorf("packaging/copyright has %s, which is not linked", module)
		}
	}
}

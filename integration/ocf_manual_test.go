package integration

import (
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestResourceAgentManual compares the manual page with the meta-data of the agent.
func TestResourceAgentManual(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("../packaging/ocf/svctl", "meta-data")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "OCF_ROOT=/nonexistent"}
	text, err := cmd.Output()
	check(t, err)
	var agent struct {
		Parameters []struct {
			Name     string `xml:"name,attr"`
			Required int    `xml:"required,attr"`
			Unique   int    `xml:"unique,attr"`
			Content  struct {
				Type    string  `xml:"type,attr"`
				Default *string `xml:"default,attr"`
			} `xml:"content"`
		} `xml:"parameters>parameter"`
		Actions []struct {
			Name     string `xml:"name,attr"`
			Timeout  string `xml:"timeout,attr"`
			Interval string `xml:"interval,attr"`
		} `xml:"actions>action"`
	}
	check(t, xml.Unmarshal(text, &agent))
	if len(agent.Parameters) == 0 || len(agent.Actions) == 0 {
		t.Fatalf("the meta-data are %+v", agent)
	}
	page, err := os.ReadFile("../cmd/svctl/ocf_svloop_svctl.7")
	check(t, err)
	plain := strings.ReplaceAll(string(page), `\-`, "-")
	want := func(name, words string) {
		if entry := fmt.Sprintf("\n.BR %s \" (%s)\"\n", name, words); strings.Count(plain, entry) != 1 {
			t.Errorf("the manual page has no entry %q", entry)
		}
	}
	for _, p := range agent.Parameters {
		words := "optional"
		if p.Required == 1 {
			words = "required"
		}
		if p.Unique == 1 {
			words = "unique, " + words
		}
		words += ", " + p.Content.Type + ", no default"
		if p.Content.Default != nil {
			words = strings.Replace(words, "no default", "default "+*p.Content.Default, 1)
		}
		want(p.Name, words)
	}
	synopsis := make([]string, 0, len(agent.Actions))
	for _, a := range agent.Actions {
		words := "timeout " + a.Timeout
		if a.Interval != "" {
			words += ", interval " + a.Interval
		}
		want(a.Name, words)
		synopsis = append(synopsis, a.Name)
	}
	if line := "\n.BR " + strings.Join(synopsis, " | ") + "\n"; !strings.Contains(plain, line) {
		t.Errorf("the synopsis does not have %q", line)
	}
}

package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// observation is what simplevisor did in a step of a scenario: see
// testdata/simplevisor/README.
type observation map[string]any

// recorded reads all observations by scenario.
func recorded(t *testing.T) map[string][]observation {
	text, err := os.ReadFile("testdata/simplevisor/expected.json")
	check(t, err)
	var all []struct {
		Scenario     string
		Observations []observation
	}
	check(t, json.Unmarshal(text, &all))
	byName := make(map[string][]observation)
	for _, s := range all {
		byName[s.Scenario] = s.Observations
	}
	return byName
}

// otherWords match texts of simplevisor that are those of Python, or of its log.
var otherWords = regexp.MustCompile(`simplevisor\[N\]|Traceback|StandardError|b''|File exists|Status file not valid|invalid literal`)

// compare fails the test if a value is recorded and differs.
func (s *scenario) compare(o observation, key string, got any) {
	s.Helper()
	want, found := o[key]
	if key == "text" && otherWords.MatchString(fmt.Sprint(want)) {
		return
	}
	if !found || better[s.name+": "+o["do"].(string)+": "+key] != "" {
		return
	}
	text, err := json.Marshal(got)
	check(s.T, err)
	var plain any
	check(s.T, json.Unmarshal(text, &plain))
	if !reflect.DeepEqual(plain, want) {
		s.Errorf("%v: %s is %v, want %v", o["do"], key, plain, want)
	}
}

var (
	pidWords  = regexp.MustCompile(`\bpid \d+`)
	dateWords = regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d([.,]\d+)?`)
	nameWords = regexp.MustCompile(`DATE (\S+)\[\d+\]`)
)

// words returns the lines of a text, with placeholders for what is not always the same.
func (s *scenario) words(text string) []string {
	text = strings.ReplaceAll(text, s.dir, "@")
	text = nameWords.ReplaceAllString(dateWords.ReplaceAllString(pidWords.ReplaceAllString(text, "pid N"), "DATE"), "DATE $1[N]")
	if text = strings.TrimSpace(text); text == "" {
		return []string{}
	}
	return strings.Split(text, "\n")
}

// store compares the windows in the store.
func (s *scenario) store() {
	s.Helper()
	s.compare(s.next("store"), "store", s.stored())
}

type storedEntry struct {
	Name     string
	Cycles   [][2]any
	Children map[string]storedEntry
}

// stored returns the store as it is recorded: the number of cycles that needed an
// adjustment, for each group.
func (s *scenario) stored() any {
	text, err := os.ReadFile(s.path("store"))
	if err != nil {
		return "FileNotFoundError"
	}
	var all map[string]storedEntry
	check(s.T, json.Unmarshal(text, &all))
	return summaries(all)
}

func summaries(all map[string]storedEntry) []map[string]any {
	list := []map[string]any{}
	for _, e := range all {
		o := map[string]any{"name": e.Name}
		if e.Cycles != nil {
			adjusted := 0
			for _, c := range e.Cycles {
				if c[1] == true {
					adjusted++
				}
			}
			o["adjusted"], o["has_cycles"] = adjusted, len(e.Cycles) > 0
		}
		if e.Children != nil {
			o["children"] = summaries(e.Children)
		}
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b map[string]any) int { return strings.Compare(a["name"].(string), b["name"].(string)) })
	return list
}

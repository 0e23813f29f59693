package servicedef

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// manyServices returns the text of n services of all kinds.
func manyServices(count int) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, "<entry>\n    type = service\n    name = service%d\n", i)
		switch i % 3 {
		case 0:
			fmt.Fprintf(&b, "    control = /usr/sbin/service service%d\n", i)
		case 1:
			fmt.Fprintf(&b, "    start = /usr/bin/service --conf /etc/service%d.conf\n    daemon = /run/service%[1]d.pid\n", i)
		case 2:
			fmt.Fprintf(&b, "    start = /usr/bin/service --conf /etc/service%d.conf\n    pattern = ^/usr/bin/service .*service%[1]d\\.conf\n", i)
		}
		fmt.Fprintf(&b, "    expected = running # at all times\n    timeout = 30\n</entry>\n")
	}
	return b.String()
}

func BenchmarkLoad(b *testing.B) {
	text := manyServices(10_000)
	files := fstest.MapFS{"a.conf": {Data: []byte(text)}}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load("a.conf", Apache, files); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoadJSON(b *testing.B) {
	data := configgeneral.Dump(load(b, manyServices(10_000)).Tree)
	files := fstest.MapFS{"a.conf": {Data: data}}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load("a.conf", JSON, files); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMatches searches 200 services among 3000 processes: by their start command,
// and by patterns that use the regular expression engine more and more.
func BenchmarkMatches(b *testing.B) {
	var lines [][]string
	for i := range 3000 {
		line := []string{fmt.Sprintf("/usr/lib/app%d/bin/worker", i%40), fmt.Sprintf("--id=%d", i), "--config", fmt.Sprintf("/etc/app%d/worker.conf", i%40)}
		for range i % 8 {
			line = append(line, "--option", "value")
		}
		lines = append(lines, line)
	}
	for _, bench := range []struct{ name, key string }{
		{"words", "start = /usr/lib/app%[2]d/bin/worker --id=%[1]d"},
		{"literal", "start = x\npattern = worker --id=%[1]d --config"},
		{"anchored", "start = x\npattern = ^/usr/lib/app\\d+/bin/worker --id=%[1]d\\b"},
		{"alternation", "start = x\npattern = (?:worker|server) --id=%[1]d\\b"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var text strings.Builder
			for i := range 200 {
				fmt.Fprintf(&text, "<entry>\ntype = service\nname = s%d\n"+bench.key+"\n</entry>\n", i, i%40)
			}
			services := load(b, text.String()).Services()
			b.ReportAllocs()
			for b.Loop() {
				found := 0
				for _, s := range services {
					for _, args := range lines {
						if ok, err := s.Matches(args); err != nil {
							b.Fatal(err)
						} else if ok {
							found++
						}
					}
				}
				if found != len(services) {
					b.Fatalf("found %d of %d", found, len(services))
				}
			}
		})
	}
}

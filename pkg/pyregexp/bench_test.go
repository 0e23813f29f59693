package pyregexp

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkMatchString searches as many command lines as a busy machine has.
func BenchmarkMatchString(b *testing.B) {
	var lines []string
	for i := range 3000 {
		line := fmt.Sprintf("/usr/lib/app%d/bin/worker --id=%d --config /etc/app%d/worker.conf", i%40, i, i%40)
		lines = append(lines, line+strings.Repeat(" --option value", i%8))
	}
	for _, bench := range []struct{ name, expr string }{
		{"literal", `/usr/sbin/httpd -k start`},
		{"anchored", `^/usr/lib/app7/bin/worker\b.*--id=\d+`},
		{"alternation", `(?:httpd|nginx|worker) --id=29\d\d `},
		{"ignorecase", `(?i)WORKER\.CONF$`},
		{"lookahead", `worker (?!--id=1)--id=2999\b`},
		{"reference", `app(\d+)/.*app\1/worker\.pid`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			re, err := Compile(bench.expr)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				for _, line := range lines {
					if _, err := re.MatchString(line); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, expr := range []string{
		`/usr/sbin/httpd -k start`,
		`(?i)^/usr/lib/app7/bin/worker\b.*--id=\d+`,
		`app(\d+)/.*app\1/worker\.conf`,
	} {
		b.Run(expr, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile(expr); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package configgeneral

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

func manyEntries(count int) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, `<entry>
    type = service
    name = service%d
    var_conf = /etc/service%[1]d.conf
    start = /usr/bin/service --conf ${var_conf} --daemon
    daemon = /run/service%[1]d.pid # its pid
    expected = running
</entry>
`, i)
	}
	return b.String()
}

func BenchmarkParse(b *testing.B) {
	text := manyEntries(10_000)
	files := fstest.MapFS{"main.conf": {Data: []byte(text)}}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("main.conf", files); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseJSON(b *testing.B) {
	tree, err := Parse("main.conf", fstest.MapFS{"main.conf": {Data: []byte(manyEntries(10_000))}})
	if err != nil {
		b.Fatal(err)
	}
	data := Dump(tree)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseJSON("main.json", data); err != nil {
			b.Fatal(err)
		}
	}
}

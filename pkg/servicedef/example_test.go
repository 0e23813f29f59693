package servicedef_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing/fstest"

	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/servicedef"
)

// A program loads a configuration from a file, and lists its services.
func Example() {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "web.conf")
	text := "<entry>\n  type = service\n  name = web\n  control = /etc/init.d/web\n</entry>\n"
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		fmt.Println(err)
		return
	}

	config, err := servicedef.Load(name, servicedef.Apache, configgeneral.OSFiles{})
	if err != nil {
		fmt.Println(err) // all errors, one per line, with their positions
		return
	}
	for _, service := range config.Services() {
		step := service.Step(servicedef.Start, "svloop")
		fmt.Println(service.Name, step.Argv, step.Timeout)
	}
	// Output: web [/etc/init.d/web start] 1m0s
}

// Tests load the files from memory.
func ExampleLoad() {
	files := fstest.MapFS{"web.conf": {Data: []byte(`
<entry>
    type = supervisor
    name = web
    <children>
        <entry>
            type = service
            name = httpd
            control = /usr/sbin/service nginx
        </entry>
        <entry>
            type = service
            name = cache
            start = /usr/bin/cache --title hello%20world
            daemon = /run/cache.pid
        </entry>
    </children>
</entry>
`)}}
	config, err := servicedef.Load("web.conf", servicedef.Apache, files)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"httpd", "web/cache", "cahce"} {
		entry, err := config.Find(name)
		if err != nil {
			fmt.Println(err)
			continue
		}
		step := entry.Service.Step(servicedef.Start, "/usr/bin/svloop")
		fmt.Printf("%s: %s %q\n", entry.Path, step.Kind, step.Argv)
	}
	// Output:
	// web/httpd: run ["/usr/sbin/service" "nginx" "start"]
	// web/cache: run ["/usr/bin/svloop" "-c" "1" "--pidfile" "/run/cache.pid" "--daemon" "/usr/bin/cache" "--title" "hello world"]
	// no service "cahce" in the configuration (did you mean "cache"?)
}

func ExampleLoad_errors() {
	files := fstest.MapFS{"web.conf": {Data: []byte("<entry>\n  type = service\n  name = web\n  comand = x\n  timeout = 0\n</entry>\n")}}
	_, err := servicedef.Load("web.conf", servicedef.Apache, files)
	fmt.Println(err)
	// Output:
	// web.conf:4:3: unknown key "comand" (did you mean "control"?)
	// web.conf:5:13: timeout "0" is wrong: want a number of seconds above 0
	// web.conf:1:1: service "web" has neither start nor control
}

func ExampleCompilePattern() {
	p, err := servicedef.CompilePattern(`worker --id=(\d+) .*\1\.conf`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.MatchString("worker --id=7 --conf /etc/7.conf"))
	fmt.Println(p.MatchString("worker --id=7 --conf /etc/8.conf"))
	_, err = servicedef.CompilePattern(`worker --id=(\d+`)
	fmt.Println(err)
	// Output:
	// true
	// false
	// cannot compile pattern "worker --id=(\\d+": missing ), unterminated subpattern at offset 12
}

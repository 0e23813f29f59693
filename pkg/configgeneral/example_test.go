package configgeneral_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing/fstest"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// OSFiles reads a file of the operating system and the files that it includes.
func ExampleOSFiles() {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "main.conf")
	if err := os.WriteFile(name, []byte("<server>\n  port = 8080\n</server>\n"), 0o644); err != nil {
		fmt.Println(err)
		return
	}

	tree, err := configgeneral.Parse(name, configgeneral.OSFiles{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tree.Get("server").Get("port").Text)
	// Output: 8080
}

func ExampleParse() {
	files := fstest.MapFS{
		"main.conf": {Data: []byte("var_root = /srv\n<<include entry.inc>>\n")},
		"entry.inc": {Data: []byte("<entry>\n  name = web\n  start = ${var_root}/web\n  colour = red\n</entry>\n")},
	}
	tree, err := configgeneral.Parse("main.conf", files)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, entry := range tree.Get("entry").Elements() {
		fmt.Println(entry.Get("start").Text)
		for _, e := range entry.Entries() {
			if e.Key == "colour" {
				fmt.Println(&configgeneral.Error{Pos: e.Pos, Err: errors.New("unknown key")})
			}
		}
	}
	// Output:
	// /srv/web
	// entry.inc:4:3: unknown key (included from main.conf:2)
}

func ExampleParseSyntax() {
	files := fstest.MapFS{"main.conf": {Data: []byte("<service web>\n  port = ${var_port}\n</service>\n")}}
	root, err := configgeneral.ParseSyntax("main.conf", files)
	if err != nil {
		fmt.Println(err)
		return
	}
	block := root.Nodes[0].(*configgeneral.Block)
	port := block.Nodes[0].(*configgeneral.Assignment)
	fmt.Println(block.Pos(), block.Key, block.Name)
	fmt.Println(port.Pos(), port.Key, port.Value)
	_, err = configgeneral.Eval(root)
	fmt.Println(err)
	// Output:
	// main.conf:1:1 service web
	// main.conf:2:3 port ${var_port}
	// main.conf:2:10: variable "var_port" is not defined: set it before its use, in this block or in an enclosing block
}

func ExampleDump() {
	tree, err := configgeneral.ParseJSON("main.json", []byte(`{"entry": {"name": "web", "timeout": 5}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s", configgeneral.Dump(tree))
	// Output:
	// {
	//   "entry": {
	//     "name": "web",
	//     "timeout": "5"
	//   }
	// }
}

package integration

import "path/filepath"

// oldTool is the path of $OLDTOOL in the scripts, an emulation of simplevisor-loop.
var oldTool = func() string {
	path, err := filepath.Abs("testdata/simplevisor-loop")
	if err != nil {
		panic(err)
	}
	return path
}()

package main

import _ "embed"

//go:embed svctl.1.txt
var manual string

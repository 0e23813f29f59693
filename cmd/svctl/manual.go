package main

import _ "embed"

//go:embed svctl.1
var manual string

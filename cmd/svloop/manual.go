package main

import _ "embed"

//go:embed svloop.1
var manual string

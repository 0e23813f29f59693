package main

import _ "embed"

//go:embed svloop.1.txt
var manual string

package main

import _ "embed"

//go:embed svctl.1.txt
var manual string

//go:embed svctl-supervise.1.txt
var superviseManual string

//go:embed svctl-simplevisor.1.txt
var oldManual string

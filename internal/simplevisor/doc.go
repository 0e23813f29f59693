// Package simplevisor reads the command line of simplevisor 1.3, and decides what it
// stands for. It runs nothing: svctl does, under the name simplevisor.
//
//	words ─ Parse ─► Call ─┐
//	<simplevisor> block ───┴─ Over ─► Properties ─ Decide ─► Order
//
// A script or a cron job that calls simplevisor works unchanged: the options, their
// abbreviations, the commands, the words of the answers and the exit statuses are
// the same. Where simplevisor prints a Python traceback, svctl prints one line.
package simplevisor

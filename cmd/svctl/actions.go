package main

import (
	"maps"
	"slices"
)

// action is an action of the command line.
type action struct {
	run      func(*invocation) int
	options  []string // the options that this action uses
	noConfig bool     // it needs no configuration
}

var actions map[string]action

// The table is filled in init, because it refers to functions that refer to it (help,
// completion).
func init() {
	actions = map[string]action{
		"start":      {run: startAction, options: []string{"json", "dry-run", "jobs"}},
		"stop":       {run: stopAction, options: []string{"json", "dry-run", "jobs"}},
		"restart":    {run: restartAction, options: []string{"json", "dry-run", "jobs"}},
		"ensure":     {run: ensureAction, options: []string{"json", "dry-run", "jobs"}},
		"apply":      {run: applyAction, options: []string{"json", "dry-run", "jobs"}},
		"status":     {run: statusAction, options: []string{"json", "jobs"}},
		"check":      {run: checkAction, options: []string{"json", "jobs"}},
		"list":       {run: listAction, options: []string{"json", "names"}},
		"show":       {run: showAction, options: []string{"json"}},
		"match":      {run: matchAction, options: []string{"json"}},
		"config":     {run: configAction, options: []string{"json"}},
		"export":     {run: exportAction, options: []string{"json", "dry-run", "output", "install", "force"}},
		"unexport":   {run: unexportAction, options: []string{"json", "dry-run", "output", "force"}},
		"selftest":   {run: selftestAction, options: []string{"json", "yes"}},
		"supervise":  {run: superviseAction, options: append([]string{"json"}, superviseWords...), noConfig: true},
		"import":     {run: importAction, options: []string{"json"}, noConfig: true},
		"completion": {run: completionAction, noConfig: true},
		"help":       {run: helpAction, noConfig: true},
	}
}

func actionNames() []string { return slices.Sorted(maps.Keys(actions)) }

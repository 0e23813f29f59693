package main

import (
	"maps"
	"slices"
)

// action is one of the words that say what to do.
type action struct {
	run                func(*session) int
	json, dryRun, jobs bool // options that mean something with it
	noConfig           bool // it needs no configuration
}

var actions map[string]action

// The table refers to functions that refer to it (help, completion), which an
// initializer may not.
func init() {
	actions = map[string]action{
		"start":      {run: startAction, json: true, dryRun: true, jobs: true},
		"stop":       {run: stopAction, json: true, dryRun: true, jobs: true},
		"restart":    {run: restartAction, json: true, dryRun: true, jobs: true},
		"status":     {run: statusAction, json: true, jobs: true},
		"check":      {run: checkAction, json: true, jobs: true},
		"list":       {run: listAction, json: true},
		"show":       {run: showAction, json: true},
		"match":      {run: matchAction, json: true},
		"config":     {run: configAction, json: true},
		"completion": {run: completionAction, noConfig: true},
		"help":       {run: helpAction, noConfig: true},
	}
}

func actionNames() []string { return slices.Sorted(maps.Keys(actions)) }

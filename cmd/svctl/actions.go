package main

import (
	"maps"
	"slices"

	"github.com/svloop/svloop/internal/ordering"
	"github.com/svloop/svloop/pkg/servicedef"
)

// action is an action of the command line.
type action struct {
	run      func(*invocation) int
	options  []string             // the options that this action uses, of those that not all actions have
	check    func(*options) error // the rules of its options and arguments; nil: none
	alters   func(*options) bool  // whether it changes something, so that it is not left half done; nil: never
	noConfig bool                 // it needs no configuration
	empty    bool                 // it has an answer for a configuration without services
}

var actions map[string]action

// The table is filled in init, because it refers to functions that refer to it (help,
// completion).
func init() {
	acts := []string{"json", "dry-run", "jobs", "fail-fast", "quiet"}
	reads := []string{"json", "jobs", "quiet"}
	always := func(*options) bool { return true }
	actions = map[string]action{
		"ensure":     {run: acting(ordering.Ensure), options: acts, alters: unlessRehearsed},
		"signal":     {run: acting(servicedef.SendSignal), options: acts, check: (*options).checkSignal, alters: unlessRehearsed},
		"apply":      {run: applyAction, options: []string{"json", "dry-run", "jobs", "quiet"}, alters: unlessRehearsed},
		"status":     {run: statusAction, options: slices.Concat(reads, statusWords), check: (*options).checkStatus, empty: true},
		"check":      {run: checkAction, options: slices.Concat(reads, pluginWords, []string{"timeout"}), check: (*options).checkPlugin, empty: true},
		"metrics":    {run: metricsAction, options: []string{"jobs", "output", "timeout"}, check: (*options).checkMetrics, noConfig: true, empty: true},
		"wait":       {run: waitAction, options: slices.Concat(reads, []string{"for", "timeout"}), empty: true},
		"list":       {run: listAction, options: []string{"json", "names"}, empty: true},
		"logs":       {run: logsAction, options: logsWords},
		"show":       {run: showAction, options: []string{"json"}, empty: true},
		"match":      {run: matchAction, options: []string{"json"}, empty: true},
		"config":     {run: configAction, options: []string{"json"}, empty: true},
		"export":     {run: exportAction, options: []string{"json", "dry-run", "output", "install", "force"}, check: (*options).checkExport, alters: (*options).exportChanges},
		"unexport":   {run: unexportAction, options: []string{"json", "dry-run", "output", "force"}, alters: unlessRehearsed},
		"selftest":   {run: selftestAction, options: []string{"json", "yes"}, alters: always},
		"supervise":  {run: superviseAction, options: append([]string{"json"}, superviseWords...), check: (*options).checkSupervise, alters: (*options).superviseChanges, noConfig: true},
		"import":     {run: importAction, options: []string{"json"}, noConfig: true},
		"completion": {run: completionAction, noConfig: true},
		"help":       {run: helpAction, noConfig: true},
	}
	for _, name := range []servicedef.Action{
		servicedef.Start, servicedef.Stop, servicedef.Restart, servicedef.TryRestart, servicedef.Reload, servicedef.ForceReload,
	} {
		actions[string(name)] = action{run: acting(name), options: acts, alters: unlessRehearsed, empty: true}
	}
}

func actionNames() []string { return slices.Sorted(maps.Keys(actions)) }

// specificOptions returns the options that only some actions use.
func specificOptions() []string {
	var all []string
	for _, a := range actions {
		all = append(all, a.options...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func unlessRehearsed(o *options) bool { return !o.dryRun }

// changes reports whether the action changes something.
func (o *options) changes() bool {
	a := actions[o.action]
	return a.alters != nil && a.alters(o)
}

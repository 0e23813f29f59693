package supervised

import (
	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/pkg/proctree"
)

var Runit = export.Format{
	Name:      "runit",
	Native:    true,
	Translate: onRunit.render,
	System: export.System{
		First:     func(name string) string { return name + "/run" },
		Directory: runitDirectory,
		Enable:    enableRunit,
		Obstacle:  runitObstacle,
		Disable:   disableRunit,
		Stop:      stopRunit,
		Forgotten: forgetSupervised,
	},
}

// onRunit is what runsv(8), sv(8) and chpst(8) can do.
var onRunit = &supervisor{
	name:    "runit",
	monitor: "runsv",
	// With -v it waits until runsv has heard: runsv would run a program that
	// has ended before once more.
	once: "sv -v once . >/dev/null",
	lead: "chpst -P",
	// Of itself chpst takes all supplementary groups away.
	asUser: `chpst -u "%[1]s:$(id -Gn %[1]s | tr ' ' :)"`,
	stops:  func(proctree.Schedule) bool { return false },
	check:  "check",
	beside: func(*invocation.Options) ([]export.File, string) {
		return nil, "It gets TERM, and what ignores that is killed by sv force-stop."
	},
}

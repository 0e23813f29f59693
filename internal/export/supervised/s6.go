package supervised

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/pkg/proctree"
)

var S6 = export.Format{
	Name:      "s6",
	Native:    true,
	Translate: onS6.render,
	System: export.System{
		First:     func(name string) string { return name + "/run" },
		Directory: s6Directory,
		Enable:    enableS6,
		Obstacle:  s6Obstacle,
		Disable:   disableS6,
		Stop:      stopS6,
		Forgotten: forgetSupervised,
	},
}

// onS6 is what s6-supervise and the programs beside it can do. What stands in a
// service directory is described in servicedir.html of s6. The program leads a
// session there without being asked to.
var onS6 = &supervisor{
	name:       "s6",
	monitor:    "s6-supervise",
	once:       "s6-svc -O .",
	asUser:     "s6-setuidgid %s",
	stops:      endsAtKill,
	descriptor: true,
	checked:    "s6-notifyoncheck -n 0 -w 250",
	check:      "data/check",
	beside:     besideS6,
}

// endsAtKill: a signal, and KILL when its time is over.
func endsAtKill(s proctree.Schedule) bool {
	return len(s) == 2 && s[0].Grace > 0 && s[1] == proctree.Step{Signal: syscall.SIGKILL}
}

func besideS6(o *invocation.Options) (files []export.File, ends string) {
	steps := export.Schedule(o)
	files = []export.File{{Name: "timeout-kill", Mode: 0o644, Text: fmt.Sprintf("%d\n", steps.Total().Milliseconds())}}
	name := proctree.SignalName(steps[0].Signal)
	if name != "TERM" {
		text := name
		if strings.Contains(name, "+") { // s6 knows no names of real-time signals
			text = strconv.Itoa(int(steps[0].Signal))
		}
		files = append(files, export.File{Name: "down-signal", Mode: 0o644, Text: text + "\n"})
	}
	return files, fmt.Sprintf("It gets %s, and KILL after %s seconds.", name, export.Seconds(steps.Total()))
}

package export

import (
	"fmt"
	"strings"
	"syscall"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/pkg/proctree"
)

var s6 = Format{
	Name:   "s6",
	Native: true,
	render: onS6.render,
	host: hostFormat{
		first:     func(name string) string { return name + "/run" },
		directory: s6Directory,
		enable:    enableS6,
		obstacle:  s6Obstacle,
		disable:   disableS6,
		stop:      stopS6,
		forgotten: forgetSupervised,
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

func besideS6(o *invocation.Options) (files []File, ends string) {
	steps := schedule(o)
	files = []File{{"timeout-kill", 0o644, fmt.Sprintf("%d\n", steps.Total().Milliseconds())}}
	name := proctree.SignalName(steps[0].Signal)
	if name != "TERM" {
		text := name
		if strings.Contains(name, "+") { // s6 knows no names of real-time signals
			text = decimal(int(steps[0].Signal))
		}
		files = append(files, File{"down-signal", 0o644, text + "\n"})
	}
	return files, fmt.Sprintf("It gets %s, and KILL after %s seconds.", name, seconds(steps.Total()))
}

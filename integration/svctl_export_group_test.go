package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// grouped is a configuration with the group web of one, two and three, and with other,
// which is after the group. If the strategy does not order the group, its keys do.
func grouped(strategy string, daemon func(name string) string) string {
	text := "<entry>\ntype = service\nname = other\nafter = web\n" + daemon("other") + "</entry>\n" +
		"<entry>\ntype = supervisor\nname = web\nstrategy = " + strategy + "\n<children>\n"
	before := ""
	for _, name := range []string{"one", "two", "three"} {
		text += "<entry>\ntype = service\nname = " + name + "\n" + daemon(name)
		if strategy == "one_for_one" && before != "" {
			text += "after = " + before + "\n"
		}
		text, before = text+"</entry>\n", name
	}
	return text + "</children>\n</entry>\n"
}

// notifier is a service NAME FILE that is ready when its start is in the file.
const notifier = `#!/bin/sh
name=$1 file=$2
trap 'echo "$name stops" >>"$file"; exit 0' TERM
echo "$name starts" >>"$file"
systemd-notify --ready
while :; do
    sleep 1000 &
    wait $!
done
`

// TestExportedGroup has systemd start the services in order, and kills one of a group:
// those that the strategy names stop, and start again with it.
func TestExportedGroup(t *testing.T) {
	t.Parallel()
	for strategy, events := range map[string]string{
		"one_for_one":  "two starts",
		"rest_for_one": "three stops two starts three starts",
		"one_for_all":  "three stops one stops one starts two starts three starts",
	} {
		t.Run(strategy, func(t *testing.T) {
			m := newMachine(t)
			service, conf := filepath.Join(m.dir, "service"), filepath.Join(m.dir, "svctl.conf")
			check(t, os.WriteFile(service, []byte(notifier), 0o755))
			check(t, os.WriteFile(conf, []byte(grouped(strategy, func(name string) string {
				return fmt.Sprintf("start = %s %s %s\ndaemon = /run/x-%[2]s.pid\ndaemon_options = --restart always --backoff 0.2:0.2 --ready notify\n", service, name, m.events)
			})), 0o644))
			expect := func(want string) {
				t.Helper()
				m.await("the events "+want, func() bool { return strings.Join(strings.Fields(m.outside(m.events)), " ") == want })
				check(t, os.RemoveAll(m.events))
			}
			export := exec.Command(filepath.Join(bin, "svctl"), "--conf", conf, "export", "systemd", "--output", m.path("/etc/systemd/system"))
			if a := m.run(export); a.code != 0 || a.stderr != "" {
				t.Fatalf("export: %v", a)
			}
			units := []string{"web-three.service", "other.service", "web-two.service", "web-one.service"}
			m.want(0, "", "mkdir", "/etc/systemd/system/multi-user.target.wants")
			for _, unit := range units {
				m.want(0, "", "ln", "-s", "../"+unit, "/etc/systemd/system/multi-user.target.wants/"+unit)
			}
			m.boot()
			expect("one starts two starts three starts other starts")
			m.want(0, "", "systemctl", "kill", "--signal", "KILL", "web-two")
			expect(events)
			for _, unit := range units {
				m.await("the start of "+unit, func() bool { return m.in("systemctl", "is-active", unit).stdout == "active\n" })
			}
			m.shutdown()
			expect("other stops three stops two stops one stops")
		})
	}
}

// TestExportedNeeds has OpenRC start the services that another one needs before it,
// and stop them after it.
func TestExportedNeeds(t *testing.T) {
	t.Parallel()
	h := newInitHost(t, grouped("rest_for_one", func(name string) string {
		return "control = DIR/control " + name + "\n"
	}), map[string]string{"control": `#!/bin/sh
cd DIR || exit
case $2 in
status) [ -e "$1" ] || exit 3; exit ;;
start) : >"$1" ;;
stop) rm "$1" ;;
esac
echo "$2 $1" >>events
`})
	h.exportTo("host/etc/init.d", "openrc")
	expect := func(want string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(h.dir, "events"))
		check(t, err)
		if got := strings.Join(strings.Fields(string(text)), " "); got != want {
			t.Errorf("got the events %q, want %q", got, want)
		}
		check(t, os.Remove(filepath.Join(h.dir, "events")))
	}
	h.must("rc-service", "web-three", "start")
	expect("start one start two start three")
	h.must("rc-service", "other", "start")
	expect("start other")
	h.must("rc-service", "web-one", "stop")
	expect("stop three stop two stop one")
	h.must("rc-service", "other", "stop")
	expect("stop other")
}

package formats

import (
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/export/cron"
	"github.com/svloop/svloop/internal/export/exporttest"
	"github.com/svloop/svloop/internal/export/initscript"
	"github.com/svloop/svloop/internal/export/supervised"
	"github.com/svloop/svloop/internal/export/systemd"
)

// TestOrder translates the order and the strategies for the systems that have both,
// or one of them.
func TestOrder(t *testing.T) {
	t.Parallel()
	const strategy = "\n# The strategy of group \"web\" is %.\n"
	const bindsTo = strategy + "BindsTo="
	for _, test := range []struct{ strategy, path, systemd, sysv, openrc string }{
		{"one_for_one", "app", "\nAfter=network.target web-db.service web-cache.service web-http.service cron.service\n\n",
			"$time web-db web-cache web-http cron\n", "firewall web-db web-cache web-http cron\n}"},
		{"one_for_one", "web/http", "\nAfter=network.target\n\n", "$time\n", "firewall\n}"},
		{"rest_for_one", "web/db", "\nAfter=network.target" + strategy + "Wants=web-cache.service web-http.service\n", "$time\n", "firewall\n}"},
		{"rest_for_one", "web/http", "\nAfter=network.target web-db.service web-cache.service" + bindsTo + "web-db.service web-cache.service\n",
			"$time web-db web-cache\n", "firewall web-db web-cache\n\tneed web-db web-cache\n}"},
		{"one_for_all", "web/cache", "\nAfter=network.target web-db.service" + bindsTo + "web-db.service\nWants=web-http.service\n",
			"$time web-db\n", "firewall web-db\n\tneed web-db\n}"},
	} {
		source := func() string { return exporttest.Ordered(test.strategy) }
		unit, _ := exporttest.File(t, systemd.Format, exporttest.Sources(t, source())[test.path])
		script, _ := exporttest.File(t, initscript.Sysv, exporttest.Sources(t, source())[test.path])
		openrc, _ := exporttest.File(t, initscript.OpenRC, exporttest.Sources(t, source())[test.path])
		for _, pair := range [][2]string{{unit, strings.Replace(test.systemd, "%", test.strategy, 1)}, {script, test.sysv}, {openrc, test.openrc}} {
			if !strings.Contains(pair[0], pair[1]) {
				t.Errorf("%s %s: want %q in\n%s", test.strategy, test.path, pair[1], pair[0])
			}
		}
		if stop := "# Should-Stop:       $network" + strings.TrimPrefix(test.sysv, "$time"); !strings.Contains(script, stop) {
			t.Errorf("%s %s: want %q in\n%s", test.strategy, test.path, stop, script)
		}
	}
}

// TestEndOfOneForAll has the unit that fails restart or stop those before it.
func TestEndOfOneForAll(t *testing.T) {
	t.Parallel()
	const condition = `-+:/bin/sh -c "test -n \"$(systemctl show --property=Job --value web-cache.service)\" || systemctl --no-block `
	for restart, verb := range map[string]string{
		"-c 1":                 "stop",
		"--restart always":     "restart",
		"--restart on-failure": `$(test \"$SERVICE_RESULT\" = success && echo stop || echo restart)`,
		"-c 0":                 `$(test \"$SERVICE_RESULT\" = success && echo restart || echo stop)`,
	} {
		conf := strings.ReplaceAll(exporttest.Ordered("one_for_all"), "daemon = /run/cache.pid\n", "daemon = /run/cache.pid\ndaemon_options = "+restart+"\n")
		unit, _ := exporttest.File(t, systemd.Format, exporttest.Sources(t, conf)["web/cache"])
		if want := "\nExecStopPost=" + condition + verb + " web-db.service\"\n"; !strings.Contains(unit, want) {
			t.Errorf("%s: want %q in\n%s", restart, want, unit)
		}
	}
}

// TestWithoutOrder wants warnings from systems that start services in no order, or
// supervise each alone.
func TestWithoutOrder(t *testing.T) {
	t.Parallel()
	const after = `after = "web/db web/cache web/http cron" (`
	const strategy = `strategy = rest_for_one of group "web" (`
	sources := exporttest.Sources(t, exporttest.Ordered("rest_for_one"))
	exporttest.Warnings(t, supervised.Runit, sources["app"], after+"runit starts all services at the same time)")
	exporttest.Warnings(t, supervised.S6, sources["app"], after+"s6 starts all services at the same time)")
	exporttest.Warnings(t, cron.Format, sources["app"], after+"cron starts all services at the same time)")
	exporttest.Warnings(t, supervised.Runit, sources["web/db"], strategy+"runsv supervises one service)")
	exporttest.Warnings(t, supervised.S6, sources["web/db"], strategy+"s6-supervise supervises one service)")
	exporttest.Warnings(t, cron.Format, sources["web/db"], strategy+"each line of cron is for one service)")
	exporttest.Warnings(t, initscript.Sysv, sources["web/db"], strategy+"no other service is stopped or started if it fails)")
	exporttest.Warnings(t, initscript.OpenRC, sources["web/db"], strategy+"OpenRC restarts those that need it if it is restarted, not if it fails)")
	exporttest.Warnings(t, systemd.Format, sources["web/db"])
	exporttest.Warnings(t, systemd.Format, sources["app"])
	exporttest.Warnings(t, initscript.Sysv, sources["app"])
	exporttest.Warnings(t, initscript.OpenRC, sources["app"])
}

package simplevisor

import (
	"errors"
	"maps"
	"strings"
	"testing"
)

// The rows are what simplevisor 1.3 does with Python 3.11, but for an operand
// behind an option, which it loses ("check --conf F g/a").
func TestParse(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]Call{
		"check":                          {Given: Properties{"command": "check"}},
		"check g/a":                      {Given: Properties{"command": "check", "path": "g/a"}},
		"check --conf F":                 {Conf: "F", Given: Properties{"command": "check"}},
		"--conf=F check":                 {Conf: "F", Given: Properties{"command": "check"}},
		"check --conf F g/a":             {Conf: "F", Given: Properties{"command": "check", "path": "g/a"}},
		"--conf F -- check g/a":          {Conf: "F", Given: Properties{"command": "check", "path": "g/a"}},
		"--conf F --conf G check":        {Conf: "G", Given: Properties{"command": "check"}},
		"--conft json check":             {Given: Properties{"command": "check", "conftype": "json"}},
		"-p P status":                    {Given: Properties{"command": "status", "pidfile": "P"}},
		"-pP status":                     {Given: Properties{"command": "status", "pidfile": "P"}},
		"-p=P status":                    {Given: Properties{"command": "status", "pidfile": "P"}},
		"-ph status":                     {Given: Properties{"command": "status", "pidfile": "h"}},
		"--pid P status":                 {Given: Properties{"command": "status", "pidfile": "P"}},
		"status -p P":                    {Given: Properties{"command": "status", "pidfile": "P"}},
		"--i 5 check":                    {Given: Properties{"command": "check", "interval": "5"}},
		"--int=5 check":                  {Given: Properties{"command": "check", "interval": "5"}},
		"--interval -5 check":            {Given: Properties{"command": "check", "interval": "-5"}},
		"--d start":                      {Given: Properties{"command": "start", "daemon": "true"}},
		"--log null check":               {Given: Properties{"command": "check", "log": "null"}},
		"--log nullx check":              {Given: Properties{"command": "check", "log": "nullx"}},
		"--logf x check":                 {Given: Properties{"command": "check", "logfile": "x"}},
		"--logl x --logn y check":        {Given: Properties{"command": "check", "loglevel": "x", "logname": "y"}},
		"--store= check":                 {Given: Properties{"command": "check", "store": ""}},
		"check -":                        {Given: Properties{"command": "check", "path": "-"}},
		"check -5":                       {Given: Properties{"command": "check", "path": "-5"}},
		"startx":                         {Given: Properties{"command": "startx"}},
		"helpx":                          {Given: Properties{"command": "helpx"}},
		"--version":                      {Page: Version, Given: Properties{}},
		"--v nosuch":                     {Page: Version, Given: Properties{}},
		"-h nosuch":                      {Page: Help, Given: Properties{}},
		"-hp status":                     {Page: Help, Given: Properties{}},
		"--nosuch --help":                {Page: Help, Given: Properties{}},
		"check --h":                      {Page: Help, Given: Properties{"command": "check"}},
		"help x":                         {Page: Help, Given: Properties{"command": "help"}},
		"pod --conf x":                   {Page: Pod, Given: Properties{"command": "pod"}},
		"--conf x rst":                   {Page: Rst, Conf: "x", Given: Properties{"command": "rst"}},
		"restart_child g/a --log stdout": {Given: Properties{"command": "restart_child", "path": "g/a", "log": "stdout"}},
	} {
		got, err := Parse(strings.Split(line, " "))
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if got.Page != want.Page || got.Conf != want.Conf || !maps.Equal(got.Given, want.Given) {
			t.Errorf("%s: %+v, want %+v", line, *got, want)
		}
	}
}

func TestParseWrong(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"nosuch":               "argument command: command must be one of check, check_configuration, help, pod, restart, restart_child, rst, single, start, status, stop, stop_children, stop_supervisor, wake_up",
		"nosuch --version":     "argument command: command must be one of check, check_configuration, help, pod, restart, restart_child, rst, single, start, status, stop, stop_children, stop_supervisor, wake_up",
		"configuration_check":  "argument command: command must be one of check, check_configuration, help, pod, restart, restart_child, rst, single, start, status, stop, stop_children, stop_supervisor, wake_up",
		"--interval abc check": "argument --interval: invalid int value: 'abc'",
		"--interval 7.5 check": "argument --interval: invalid int value: '7.5'",
		"--interval= check":    "argument --interval: invalid int value: ''",
		"--log nosuch check":   "argument --log: log must be one of null,file,syslog,stdout",
		"--co F check":         "ambiguous option: --co could match --conf, --conftype",
		"--l null check":       "ambiguous option: --l could match --log, --logfile, --loglevel, --logname",
		"--conf":               "argument --conf: expected one argument",
		"--conf --log null":    "argument --conf: expected one argument",
		"-p":                   "argument -p/--pidfile: expected one argument",
		"--conf check":         "the following arguments are required: command",
		"--daemon":             "the following arguments are required: command",
		"--daemon=1 check":     "argument --daemon: ignored explicit argument '1'",
		"-x check":             "unrecognized arguments: -x",
		"--nosuch check":       "unrecognized arguments: --nosuch",
		"check a b c":          "unrecognized arguments: b c",
		"- check":              "argument command: command must be one of " + strings.Join(Commands, ", "),
	} {
		_, err := Parse(strings.Split(line, " "))
		if _, ok := errors.AsType[*UsageError](err); !ok || err.Error() != want {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
	for _, words := range [][]string{nil, {""}} {
		if _, err := Parse(words); err == nil {
			t.Errorf("%q is accepted", words)
		}
	}
}

func TestPropertiesOver(t *testing.T) {
	t.Parallel()
	given, block := Properties{"interval": "1", "path": ""}, Properties{"interval": "2", "path": "g", "log": "null"}
	got := given.Over(block).Over(Defaults)
	want := Properties{"conftype": "apache", "interval": "1", "log": "null", "loglevel": "warning", "logname": "simplevisor", "path": ""}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

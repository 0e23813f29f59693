package integration

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// better says why svctl does not do in a step what simplevisor did, by "SCENARIO: STEP:
// KEY". Everything else has to be the same.
var better = map[string]string{
	"second_start: --interval 1 --daemon start: rc":   "it reports that another supervisor holds the pid file",
	"second_start: --interval 1 --daemon start: text": "by a message",
	"store: end: pidfile":                             "a supervisor that gives up removes its pid file",
	"store: store: store":                             "and saves its last cycle",
	"single_gives_up: end: pidfile":                   "it removes its pid file",
	"single_gives_up: store: store":                   "and saves its cycle",
	"single_gives_up: single: ran":                    "so that the next run is not refused",
}

// entry returns the text of a service whose program is the recorder.
func recordedService(name string, keys ...string) string {
	return fmt.Sprintf("<entry>\ntype = service\nname = %[1]s\nstart = @/svc %[1]s start\nstop = @/svc %[1]s stop\n"+
		"status = @/svc %[1]s status\ntimeout = 3\n%[2]s\n</entry>\n", name, strings.Join(keys, "\n"))
}

func recordedGroup(name, strategy, keys string, children ...string) string {
	return fmt.Sprintf("<entry>\ntype = supervisor\nname = %s\nstrategy = %s\n%s\n<children>\n%s</children>\n</entry>\n",
		name, strategy, keys, strings.Join(children, ""))
}

// three writes the configuration of group g with the services a, b and c.
func (s *scenario) three(strategy, keys string) {
	s.Helper()
	s.conf(recordedGroup("g", strategy, keys, recordedService("a"), recordedService("b"), recordedService("c")))
}

// scenarios are the steps of each recorded scenario.
var scenarios = map[string]func(*scenario){
	"one_for_one_crash": func(s *scenario) { s.three("one_for_one", ""); s.daemon(); s.crash("b"); s.crash("a", "c"); s.stop() },
	"one_for_all_crash": func(s *scenario) { s.three("one_for_all", ""); s.daemon(); s.crash("b"); s.crash("c"); s.stop() },
	"rest_for_one_crash": func(s *scenario) {
		s.three("rest_for_one", "")
		s.daemon()
		s.crash("b")
		s.crash("c")
		s.crash("a")
		s.stop()
	},
	"dirty_one_for_one":  func(s *scenario) { dirty(s, "one_for_one") },
	"dirty_rest_for_one": func(s *scenario) { dirty(s, "rest_for_one") },
	"dirty_one_for_all":  func(s *scenario) { dirty(s, "one_for_all") },

	"gives_up_one_for_one":  func(s *scenario) { givesUp(s, "one_for_one") },
	"gives_up_rest_for_one": func(s *scenario) { givesUp(s, "rest_for_one") },
	"gives_up_one_for_all":  func(s *scenario) { givesUp(s, "one_for_all") },

	"start_fails_one_for_one":  func(s *scenario) { startFails(s, "one_for_one") },
	"start_fails_rest_for_one": func(s *scenario) { startFails(s, "rest_for_one") },
	"start_fails_one_for_all":  func(s *scenario) { startFails(s, "one_for_all") },

	"escalation_one_for_one_one_for_one":  func(s *scenario) { escalates(s, "one_for_one", "one_for_one") },
	"escalation_rest_for_one_one_for_all": func(s *scenario) { escalates(s, "rest_for_one", "one_for_all") },
	"escalation_one_for_all_one_for_one":  func(s *scenario) { escalates(s, "one_for_all", "one_for_one") },

	"signal_term": func(s *scenario) { signalled(s, syscall.SIGTERM) },
	"signal_int":  func(s *scenario) { signalled(s, syscall.SIGINT) },
	"signal_hup":  signalledHUP,

	"window_slides":        windowSlides,
	"escalation_recovers":  escalationRecovers,
	"nested_order":         nestedOrder,
	"expected_of_services": expectedOfServices,
	"expected_group":       expectedGroup,
	"expected_group_running": func(s *scenario) {
		s.conf(recordedGroup("g", "one_for_one", "expected = running", recordedService("a"),
			recordedGroup("in", "rest_for_one", "", recordedService("x", "expected = stopped"), recordedService("y")), recordedService("b", "expected = stopped")))
		s.daemon()
		s.run("check")
		s.stop()
	},
	"wake_up":                 wakeUp,
	"wake_up_crash_all":       func(s *scenario) { wakeUpAfter(s, "one_for_all", "a") },
	"stop_supervisor":         stopSupervisor,
	"stop_children":           stopChildren,
	"stop_children_interval":  stopChildrenInterval,
	"second_start":            secondStart,
	"killed":                  killed,
	"restart_child":           restartChild,
	"restart_child_dependent": restartChildDependent,
	"single":                  single,
	"single_gives_up":         singleGivesUp,
	"single_start_fails":      singleStartFails,
	"status":                  statusOfSupervisor,
	"store":                   storeOfSupervisor,
	"store_bad":               storeBad,
	"command_line":            commandLine,
	"check_states":            checkStates,
	"path_service":            pathService,
	"path_restart":            pathRestart,
	"path_supervised":         pathSupervised,
	"path_supervised_group":   pathSupervisedGroup,
	"json_conf":               jsonConf,
	"interval_block":          intervalBlock,
	"no_pidfile":              noPidFile,
}

// insideNamespace is set where the test runs in a PID namespace of its own, in which no
// process of a scenario can be left.
const insideNamespace = "SIMPLEVISOR_SCENARIOS"

// TestSimplevisor runs svctl under the name simplevisor, and compares what it does with
// what simplevisor did.
func TestSimplevisor(t *testing.T) {
	if os.Getenv(insideNamespace) == "" {
		inPIDNamespace(t)
		return
	}
	expected := recorded(t)
	for name := range expected {
		if scenarios[name] == nil {
			t.Errorf("scenario %s has no steps", name)
		}
	}
	for name, steps := range scenarios {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t, name, expected[name])
			steps(s)
			if len(s.expected) > 0 {
				t.Errorf("steps are missing: %v", s.expected)
			}
		})
	}
}

func inPIDNamespace(t *testing.T) {
	t.Parallel()
	args := []string{"--fork", "--pid", "--mount-proc", "--kill-child"}
	if os.Geteuid() != 0 {
		args = append([]string{"--user", "--map-root-user"}, args...)
	}
	if err := exec.Command("unshare", append(args[:len(args):len(args)], "true")...).Run(); err != nil {
		leaveOut(t, fmt.Sprintf("no PID namespace can be made: %v", err))
	}
	// The shell is process 1, and reaps what the scenarios leave.
	args = append(args, "sh", "-c", `"$@"; exit "$?"`, "sh", os.Args[0], "-test.v=true", "-test.parallel=8", "-test.run="+only())
	cmd := exec.Command("unshare", args...)
	cmd.Env = append(os.Environ(), insideNamespace+"=1", "SVLOOP_BIN="+bin)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

// only is the regular expression of -test.run, which may name one scenario.
func only() string {
	for _, arg := range os.Args {
		if run, found := strings.CutPrefix(arg, "-test.run="); found && strings.Contains(run, "TestSimplevisor/") {
			return run
		}
	}
	return "^TestSimplevisor$"
}

package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func single(s *scenario) {
	s.three("rest_for_one", "")
	s.run("single")
	s.end()
	s.run("single")
	s.remove("st.b")
	s.run("single")
	s.run("check")
	s.end()
}

func singleGivesUp(s *scenario) {
	s.three("rest_for_one", "window = 2\nadjustments = 0")
	s.write("flap.b", "")
	for range 2 {
		s.run("single", with{store: true})
		s.end()
		if len(s.expected) > 1 {
			s.store()
		}
	}
}

func singleStartFails(s *scenario) {
	s.three("rest_for_one", "")
	s.write("rc.b.start", "1\n")
	s.run("single")
	s.end()
	s.run("check")
	s.remove("rc.b.start")
	s.run("single")
	s.run("check")
}

func statusOfSupervisor(s *scenario) {
	s.three("one_for_one", "")
	s.run("status")
	s.daemon()
	s.run("status")
	s.run("status", with{noPidFile: true})
	pid := s.pid()
	check(s.T, syscall.Kill(pid, unix.SIGSTOP))
	s.await("the stop", func() bool { return standsStill(pid) })
	old := time.Now().Add(-90 * time.Second)
	check(s.T, os.Chtimes(s.path("pid"), old, old))
	s.run("status")
	check(s.T, syscall.Kill(pid, unix.SIGCONT))
	s.cycles(1)
	s.run("status")
	s.stop()
	s.run("status")
	for _, text := range []string{"4194303\n", "", "junk\n"} {
		s.write("pid", text)
		s.run("status")
	}
}

func storeOfSupervisor(s *scenario) {
	s.three("one_for_one", "window = 20\nadjustments = 1")
	s.daemon(with{store: true})
	s.crash("b")
	s.cycles(2)
	s.run("stop")
	s.store()
	s.daemon(with{store: true})
	pid := s.pid()
	s.crash("b")
	s.await("the end", func() bool { return !s.alive(pid) })
	s.compare(s.next("alive"), "alive", s.alive(pid))
	s.end()
	s.store()
}

func storeBad(s *scenario) {
	s.three("one_for_one", "")
	s.write("store", "junk")
	for _, line := range []string{"check", "check_configuration", "single", "--interval 1 --daemon start"} {
		s.run(line, with{store: true})
	}
	s.end()
	s.write("store", "{}")
	s.run("check", with{store: true})
	s.run("single", with{store: true})
	s.store()
	s.expected = s.expected[1:] // the text of the store
	s.run("status", with{store: true})
	s.write("store", "junk")
	s.run("status", with{store: true})
	s.run("start g/a", with{store: true})
}

func commandLine(s *scenario) {
	s.three("one_for_one", "")
	for len(s.expected) > 0 {
		s.run(s.expected[0]["do"].(string))
	}
}

func checkStates(s *scenario) {
	s.conf(recordedGroup("g", "one_for_one", "", recordedService("a"), recordedService("b", "expected = stopped"), recordedService("c"),
		recordedGroup("in", "one_for_all", "", recordedService("x"), recordedService("y", "expected = stopped")), recordedService("z", "expected = stopped")))
	for name, text := range map[string]string{"st.a": "", "st.b": "", "rc.c.status": "4\n", "st.x": "", "rc.z.status": "2\n"} {
		s.write(name, text)
	}
	for len(s.expected) > 0 {
		s.run(s.expected[0]["do"].(string))
	}
}

func pathService(s *scenario) {
	s.conf(recordedGroup("g", "one_for_one", "", recordedService("a"), recordedService("b", "restart = @/svc b restart"), recordedService("c")))
	codes := map[string]string{"start g/b": "7", "stop g/b": "9", "restart g/b": "5", "status g/b": "4"}
	for len(s.expected) > 0 {
		line := s.expected[0]["do"].(string)
		if code := codes[line]; code != "" && fmt.Sprint(s.expected[0]["rc"]) == code {
			verb, _, _ := strings.Cut(line, " ")
			s.write("rc.b."+verb, code+"\n")
		}
		s.run(line)
	}
}

func pathRestart(s *scenario) {
	s.three("one_for_one", "")
	s.run("restart g/b")
	s.write("rc.b.stop", "2\n")
	s.write("rc.b.start", "1\n")
	s.run("restart g/b")
}

// pathSupervised: the supervisor repairs what is stopped by hand.
func pathSupervised(s *scenario) {
	s.three("one_for_one", "")
	s.daemon()
	s.run("stop g/b")
	s.event("comes back")
	s.cycles(1)
	s.run("start g/b")
	s.run("check")
	s.stop()
}

func pathSupervisedGroup(s *scenario) {
	s.conf(recordedGroup("g", "one_for_all", "", recordedService("a"), recordedGroup("in", "rest_for_one", "", recordedService("x"), recordedService("y"))))
	s.daemon()
	s.run("stop g/in/x")
	s.event("comes back")
	s.stop()
}

func jsonConf(s *scenario) {
	var services []map[string]any
	for _, name := range []string{"a", "b", "c"} {
		service := map[string]any{"type": "service", "name": name, "timeout": 3}
		for _, verb := range []string{"start", "stop", "status"} {
			service[verb] = fmt.Sprintf("@/svc %s %s", name, verb)
		}
		services = append(services, service)
	}
	root := map[string]any{"type": "supervisor", "name": "g", "children": map[string]any{"entry": services}}
	text, err := json.Marshal(map[string]any{"entry": root, "simplevisor": map[string]any{"interval": 1}})
	check(s.T, err)
	s.conf(string(text))
	s.start("--conftype json --daemon start")
	s.run("--conftype json check")
	s.crash("b")
	s.run("--conftype json stop")
	s.end()
	s.run("check")
}

func intervalBlock(s *scenario) {
	s.conf("<simplevisor>\ninterval = 1\nloglevel = info\npidfile = @/pid\nstore = @/store\n</simplevisor>\n" +
		recordedGroup("g", "one_for_one", "", recordedService("a"), recordedService("b"), recordedService("c")))
	s.start("--daemon start", with{noPidFile: true})
	s.crash("b")
	s.run("status", with{noPidFile: true})
	s.stop(with{noPidFile: true})
	s.store()
}

func noPidFile(s *scenario) {
	s.three("rest_for_one", "")
	s.run("single", with{noPidFile: true})
	s.end()
	s.foreground("--interval 1 start", with{noPidFile: true})
	s.cycles(2)
	s.crash("b")
	s.cycles(2)
	check(s.T, s.fg.Process.Signal(syscall.SIGTERM))
	s.foregroundEnds("term")
	s.end()
}

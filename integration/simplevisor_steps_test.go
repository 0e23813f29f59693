package integration

import (
	"fmt"
	"syscall"
)

func dirty(s *scenario, strategy string) {
	s.three(strategy, "")
	s.daemon()
	s.write("rc.b.status", "1\n")
	s.event("b is dirty (status 1)")
	s.stop()
}

func givesUp(s *scenario, strategy string) {
	s.three(strategy, "window = 5\nadjustments = 2")
	s.write("flap.b", "")
	s.foreground("--interval 1 --log stdout --loglevel info start", with{store: true})
	s.foregroundEnds("start (b is never up)")
	s.store()
	s.end()
}

func startFails(s *scenario, strategy string) {
	s.three(strategy, "")
	s.write("rc.b.start", "1\n")
	s.interval = 60
	s.daemon()
	s.run("wake_up")
	s.event("next cycle")
	s.remove("rc.b.start")
	s.run("wake_up")
	s.event("b can start again")
	s.stop()
}

func escalates(s *scenario, outer, inner string) {
	s.conf(recordedGroup("top", outer, "window = 6\nadjustments = 2", recordedService("a"),
		recordedGroup("in", inner, "window = 5\nadjustments = 1", recordedService("x"), recordedService("y")), recordedService("b")))
	s.write("flap.x", "")
	s.foreground("--interval 1 --log stdout --loglevel info start", with{store: true})
	s.foregroundEnds("start nested")
	s.store()
	s.end()
}

// supervising starts the supervisor in the foreground, and waits until it sleeps.
func (s *scenario) supervising(w with) {
	s.foreground("--interval 1 start", w)
	s.await("c", func() bool { return s.count("c start") > 0 && (w.noPidFile || s.pid() > 0) })
	s.cycles(2)
	s.seen = len(s.log(false))
}

func signalled(s *scenario, signal syscall.Signal) {
	s.three("rest_for_one", "")
	s.supervising(with{})
	check(s.T, s.fg.Process.Signal(signal))
	s.foregroundEnds(fmt.Sprintf("signal %d", signal))
	s.end()
}

func signalledHUP(s *scenario) {
	s.three("rest_for_one", "")
	s.supervising(with{})
	check(s.T, s.fg.Process.Signal(syscall.SIGHUP))
	s.cycles(2)
	s.event("signal 1")
	s.end()
	exited := make(chan error, 1)
	go func() { exited <- s.fg.Wait() }() // a zombie counts as running for simplevisor
	s.stop()
	check(s.T, <-exited)
}

func windowSlides(s *scenario) {
	s.three("one_for_one", "window = 2\nadjustments = 1")
	s.daemon()
	for range 3 {
		s.crash("b")
		s.cycles(3)
	}
	s.compare(s.next("alive"), "alive", s.alive(s.pid()))
	s.stop()
}

func escalationRecovers(s *scenario) {
	s.conf(recordedGroup("top", "one_for_one", "window = 20\nadjustments = 10", recordedService("a"),
		recordedGroup("in", "one_for_one", "window = 4\nadjustments = 1", recordedService("x"), recordedService("y")), recordedService("b")))
	s.daemon()
	s.crash("x")
	s.cycles(1)
	s.crashNow("x")
	s.compare(s.next("alive"), "alive", s.alive(s.pid()))
	s.cycles(1)
	s.crashNow("y")
	s.stop()
}

func nestedOrder(s *scenario) {
	s.conf(recordedGroup("top", "rest_for_one", "", recordedService("a"),
		recordedGroup("in", "one_for_all", "", recordedService("x"), recordedService("y")), recordedService("b")))
	s.daemon()
	for _, name := range []string{"x", "b", "a"} {
		s.cycles(1)
		s.crash(name)
	}
	s.stop()
}

func expectedOfServices(s *scenario) {
	s.conf(recordedGroup("g", "one_for_one", "", recordedService("a"), recordedService("b", "expected = stopped"), recordedService("c", "expected = stopped")))
	s.write("st.c", "")
	s.daemon()
	s.write("st.b", "")
	s.event("b, expected stopped, is found running")
	s.run("check")
	s.stop()
}

func expectedGroup(s *scenario) {
	s.conf(recordedGroup("g", "one_for_one", "", recordedService("a"),
		recordedGroup("in", "one_for_all", "expected = stopped", recordedService("x"), recordedService("y", "expected = running")), recordedService("b", "expected = stopped")))
	s.write("st.x", "")
	s.daemon()
	s.run("check")
	s.write("st.y", "")
	s.event("y")
	s.run("check")
	s.stop()
}

func wakeUp(s *scenario) { wakeUpAfter(s, "one_for_one", "b") }

func wakeUpAfter(s *scenario, strategy, crashed string) {
	s.three(strategy, "")
	s.interval = 60
	s.daemon()
	s.crash(crashed)
	s.run("wake_up")
	s.event("woken")
	s.stop()
}

func stopSupervisor(s *scenario) {
	s.three("one_for_one", "")
	s.daemon()
	s.run("stop_supervisor")
	s.end()
	s.run("status")
	s.daemon()
	s.stop()
}

func stopChildren(s *scenario) {
	s.three("rest_for_one", "")
	s.daemon()
	s.call("stop_children", with{})
	s.event("stop_children")
	s.stop()
}

func stopChildrenInterval(s *scenario) {
	s.three("one_for_all", "")
	s.interval = 60
	s.daemon()
	s.call("stop_children", with{})
	s.event("stop_children")
	s.run("wake_up")
	s.event("woken")
	s.stop()
}

func secondStart(s *scenario) {
	s.three("one_for_one", "")
	s.daemon()
	pid := s.pid()
	same := func() {
		o := s.next("same")
		s.compare(o, "same", s.pid() == pid)
		s.compare(o, "alive", s.alive(pid))
	}
	s.run("--interval 1 --daemon start")
	same()
	s.run("--interval 1 start")
	same()
	s.run("single")
	s.stop()
}

func killed(s *scenario) {
	s.three("one_for_one", "")
	s.daemon()
	pid := s.pid()
	check(s.T, syscall.Kill(pid, syscall.SIGKILL))
	s.await("the end", func() bool { return !s.alive(pid) })
	for _, line := range []string{"status", "wake_up", "stop_children", "restart_child g/a", "stop"} {
		s.run(line)
	}
	s.end()
}

func restartChild(s *scenario) {
	s.conf(recordedGroup("g", "one_for_one", "", recordedService("a", "restart = @/svc a restart"), recordedService("b"),
		recordedGroup("in", "one_for_all", "", recordedService("x"), recordedService("y"))))
	s.daemon()
	for _, path := range []string{"g/a", "g/b", "g/in", "g/in/x"} {
		s.run("restart_child " + path)
		s.event("restarted")
	}
	s.stop()
}

func restartChildDependent(s *scenario) {
	s.three("rest_for_one", "")
	s.daemon()
	for _, path := range []string{"g/b", "g"} {
		s.run("restart_child " + path)
		s.event("restarted")
	}
	s.stop()
}

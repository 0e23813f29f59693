package supervisor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// patience is how long a test waits for an event that must come.
const patience = time.Minute

// fake acts on services that are only states.
type fake struct {
	mu      sync.Mutex
	states  map[string]lsb.Status // by name; running without an entry
	pids    map[string]int        // of a process, while the service runs
	hangs   map[string]bool       // a start does not return
	stuck   map[string]bool       // a stop fails
	done    []string              // "start a"
	changed chan struct{}
}

func newFake() *fake {
	return &fake{states: make(map[string]lsb.Status), pids: make(map[string]int), hangs: make(map[string]bool), stuck: make(map[string]bool), changed: make(chan struct{}, 1000)}
}

func (f *fake) set(name string, code lsb.Status) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.states[name] = code
}

func (f *fake) act(what string, s *servicedef.Service, to lsb.Status) control.Outcome {
	f.mu.Lock()
	f.done = append(f.done, what+" "+s.Name)
	f.states[s.Name] = to
	f.mu.Unlock()
	f.changed <- struct{}{}
	return control.Outcome{Changed: true, Text: what}
}

func (f *fake) Status(_ context.Context, s *servicedef.Service) control.Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	status := statusOf(f.states[s.Name])
	if pid := f.pids[s.Name]; pid > 0 && status.Code == lsb.Running {
		status.PIDs = []int{pid}
	}
	return status
}

func (f *fake) Start(ctx context.Context, s *servicedef.Service) control.Outcome {
	if f.hangs[s.Name] {
		<-ctx.Done()
		return control.Outcome{Code: lsb.Failed, Text: "cannot start: " + context.Cause(ctx).Error()}
	}
	return f.act("start", s, lsb.Running)
}

func (f *fake) Stop(_ context.Context, s *servicedef.Service) control.Outcome {
	f.mu.Lock()
	stuck := f.stuck[s.Name]
	f.mu.Unlock()
	if stuck {
		return control.Outcome{Code: lsb.Failed, Text: "cannot stop: stuck"}
	}
	return f.act("stop", s, lsb.NotRunning)
}

func (f *fake) Restart(_ context.Context, s *servicedef.Service) control.Outcome {
	return f.act("restart", s, lsb.Running)
}

func (f *fake) Expire() {}

// await waits until all of this was done, in this order, with other things between.
func (f *fake) await(t *testing.T, want ...string) {
	t.Helper()
	limit := time.After(patience)
	for {
		f.mu.Lock()
		left := want
		for _, d := range f.done {
			if len(left) > 0 && left[0] == d {
				left = left[1:]
			}
		}
		done := slices.Clone(f.done)
		f.mu.Unlock()
		if len(left) == 0 {
			return
		}
		select {
		case <-f.changed:
		case <-limit:
			t.Fatalf("done was %q, want %q", done, want)
		}
	}
}

// testLog keeps what was logged.
type testLog struct {
	mu      sync.Mutex
	lines   []string
	changed chan struct{}
}

func (l *testLog) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
	select {
	case l.changed <- struct{}{}:
	default: // one is enough
	}
}
func (l *testLog) Debug(format string, args ...any) {}
func (l *testLog) Info(format string, args ...any)  { l.add(format, args...) }
func (l *testLog) Warn(format string, args ...any)  { l.add(format, args...) }
func (l *testLog) Error(format string, args ...any) { l.add(format, args...) }

func (l *testLog) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.lines, func(line string) bool { return strings.Contains(line, text) })
}

// running is a supervisor at work.
type running struct {
	t     *testing.T
	c     Config
	fake  *fake
	log   *testLog
	ready chan []string
	ended chan error
}

func supervise(t *testing.T, text string, change func(*running)) *running {
	t.Helper()
	r := &running{t: t, fake: newFake(), log: &testLog{changed: make(chan struct{}, 1)}, ready: make(chan []string, 1), ended: make(chan error, 1)}
	r.c = Config{
		Entries: entries(t, text), Interval: time.Hour, PidFile: filepath.Join(t.TempDir(), "pid"), Services: r.fake, Log: r.log,
		Ready: func(wrong []string) error { r.ready <- wrong; return nil },
	}
	for _, s := range servicesOf(r.c.Entries) {
		r.fake.states[s.Name] = lsb.NotRunning
	}
	change(r)
	go func() { r.ended <- Run(context.Background(), r.c) }()
	return r
}

func (r *running) request(request string) {
	r.t.Helper()
	_, instance, err := pidfiles.Supervisor.Request(r.c.PidFile, request)
	if err != nil {
		r.t.Fatal(err)
	}
	instance.Close()
}

func (r *running) wantReady(want ...string) {
	r.t.Helper()
	select {
	case got := <-r.ready:
		if !slices.Equal(got, want) {
			r.t.Errorf("not as expected are %q, want %q", got, want)
		}
	case err := <-r.ended:
		r.t.Fatalf("it has ended: %v", err)
	case <-time.After(patience):
		r.t.Fatalf("no cycle has ended; done was %q", r.fake.done)
	}
}

func (r *running) wantEnd(want string) {
	r.t.Helper()
	select {
	case err := <-r.ended:
		if got := fmt.Sprint(err); got != want {
			r.t.Errorf("it has ended with %s, want %s", got, want)
		}
	case <-time.After(patience):
		r.t.Fatal("it has not ended")
	}
	if _, err := os.Lstat(r.c.PidFile); !errors.Is(err, os.ErrNotExist) {
		r.t.Errorf("the pid file: %v", err)
	}
}

func nothing(*running) {}

func TestRunKeepsServices(t *testing.T) {
	r := supervise(t, serviceText("a", "")+serviceText("b", "after = a")+serviceText("c", "expected = stopped"), func(r *running) {
		r.fake.states["c"] = lsb.Running
	})
	r.wantReady()
	r.fake.await(t, "start a", "start b")
	r.fake.await(t, "stop c")
	if found := pidfiles.Supervisor.Probe(r.c.PidFile); found.State != pidfile.Running || found.PID != os.Getpid() {
		t.Errorf("found %+v", found)
	}

	// Two requests at once, and states that only a cycle finds.
	r.fake.set("a", lsb.NotRunning)
	r.fake.set("b", lsb.DeadPIDFile)
	r.request(WakeUp)
	r.fake.await(t, "stop b", "start b")
	r.fake.await(t, "start a", "start a")
	r.request(RestartChild + " a")
	r.fake.await(t, "restart a")
	r.request(StopChildren)
	r.fake.await(t, "stop c", "stop b", "stop a")
	r.request(WakeUp)
	r.fake.await(t, "stop a", "start a", "start b")
	r.request(Quit)
	r.wantEnd("<nil>")
	r.fake.await(t, "restart a", "stop b", "stop a", "stop b", "stop a")
	for _, text := range []string{"started", "asked to wake_up", "asked to restart_child a", "stopping all the children", "stopped"} {
		if !r.log.has(text) {
			t.Errorf("the log does not have %q: %q", text, r.log.lines)
		}
	}
}

func TestRunLeavesServices(t *testing.T) {
	r := supervise(t, serviceText("a", ""), nothing)
	r.wantReady()
	r.request(StopSupervisor)
	r.wantEnd("<nil>")
	if want := []string{"start a"}; !slices.Equal(r.fake.done, want) {
		t.Errorf("done was %q, want %q", r.fake.done, want)
	}
}

func TestRunOnce(t *testing.T) {
	r := supervise(t, serviceText("a", ""), func(r *running) { r.c.Once = true })
	r.wantEnd("<nil>")
	r.wantReady()
	if want := []string{"start a"}; !slices.Equal(r.fake.done, want) {
		t.Errorf("done was %q, want %q", r.fake.done, want)
	}
}

// A start that hangs delays no other service, and is interrupted by the end.
func TestRunWithAStartThatHangs(t *testing.T) {
	text := ""
	for i := range 3 * mostSlots {
		text += serviceText(fmt.Sprintf("slow%d", i), "")
	}
	r := supervise(t, text+serviceText("a", ""), func(r *running) {
		for i := range 3 * mostSlots {
			r.fake.hangs[fmt.Sprintf("slow%d", i)] = true
		}
	})
	r.fake.await(t, "start a")
	r.request(Quit)
	r.wantEnd("<nil>")
	r.fake.await(t, "stop a")
}

// The exit of a process is an event.
func TestRunWatchesProcesses(t *testing.T) {
	sleep := func() *exec.Cmd {
		cmd := exec.Command("sleep", "1000")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		})
		return cmd
	}
	first, second := sleep(), sleep()
	text := "<entry>\ntype = service\nname = a\nstart = sleep 1000\n</entry>\n"
	r := supervise(t, text, func(r *running) {
		r.fake.states["a"] = lsb.Running
		r.fake.pids["a"] = first.Process.Pid
	})
	r.wantReady()

	// The service runs while another process of it does.
	r.fake.mu.Lock()
	r.fake.pids["a"] = second.Process.Pid
	r.fake.mu.Unlock()
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	r.request(RestartChild + " a") // it follows the look at the exit
	r.fake.await(t, "restart a")
	r.fake.set("a", lsb.NotRunning)
	if err := second.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	r.fake.await(t, "restart a", "start a")
	r.request(Quit)
	r.wantEnd("<nil>")
}

func TestRunReloads(t *testing.T) {
	wrong := errors.New("a.conf:1:1: wrong\na.conf:2:1: wrong too")
	loads := 0
	r := supervise(t, serviceText("a", "")+serviceText("b", "")+serviceText("c", ""), func(r *running) {
		changed := entries(r.t, serviceText("a", "timeout = 5")+serviceText("b", "path = /bin")+serviceText("d", ""))
		r.c.Load = func() ([]*servicedef.Entry, Services, error) {
			switch loads++; loads {
			case 1:
				return nil, nil, wrong
			case 2:
				return changed, r.fake, nil
			}
			return entries(r.t, serviceText("a", "timeout = 6")+serviceText("b", "path = /bin")+serviceText("d", "")), r.fake, nil
		}
	})
	r.wantReady()
	wantReload := func(number int64, failure string) {
		t.Helper()
		for limit := time.Now().Add(patience); ; {
			n, f := ParseReload(pidfiles.Supervisor.Probe(r.c.PidFile).Record())
			if n == number && f == failure {
				return
			}
			if time.Now().After(limit) {
				t.Fatalf("reload %d failed: %q", n, f)
			}
		}
	}
	r.request(Reload)
	wantReload(1, "a.conf:1:1: wrong")
	if !r.log.has("cannot reload: a.conf:2:1: wrong too") {
		t.Errorf("log %q", r.log.lines)
	}
	r.request(Reload)
	wantReload(2, "")
	r.fake.await(t, "stop c", "start d")
	r.fake.await(t, "stop b", "start b")
	if slices.Contains(r.fake.done, "stop a") {
		t.Errorf("done was %q", r.fake.done)
	}
	// The one with another timeout is looked at again, and so repaired without a cycle.
	r.fake.set("a", lsb.NotRunning)
	r.request(Reload)
	r.fake.await(t, "start a", "start a")
	r.request(Quit)
	r.wantEnd("<nil>")
}

func TestRunGivesUp(t *testing.T) {
	r := supervise(t, groupText("g", "adjustments = 0", serviceText("a", ""), serviceText("b", "")), func(r *running) {
		r.c.Store = filepath.Join(filepath.Dir(r.c.PidFile), "store")
	})
	r.wantReady()
	r.fake.set("a", lsb.NotRunning)
	r.request(WakeUp)
	r.wantEnd(`supervision interrupted/failed: gave up: group "g" needed repairs in 1 of the last 12 intervals, more than 0`)
	r.fake.await(t, "start a", "start a", "stop a")
	w, err := readStore(r.c.Store, r.c.Entries)
	if cycles := w["g"]; err != nil || len(cycles) != 2 || !cycles[1].Adjusted {
		t.Errorf("the store has %v, %v", w, err)
	}
}

// await waits until a text was logged.
func (l *testLog) await(t *testing.T, text string) {
	t.Helper()
	for limit := time.After(patience); !l.has(text); {
		select {
		case <-l.changed:
		case <-limit:
			t.Fatalf("the log does not have %q: %q", text, l.lines)
		}
	}
}

// The failure of a group is in the log: it is why its services are restarted.
func TestRunReportsAFailedGroup(t *testing.T) {
	r := supervise(t, groupText("g", "", groupText("in", "adjustments = 0", serviceText("a", ""))), nothing)
	r.wantReady()
	r.fake.set("a", lsb.NotRunning)
	r.request(WakeUp)
	r.fake.await(t, "start a", "start a", "stop a", "start a")
	r.log.await(t, `gave up: group "g/in" needed repairs in 1 of the last 12 intervals, more than 0: the group above starts it again`)
	r.request(Quit)
	r.wantEnd("<nil>")
}

// A cycle does not count the services that a reload has removed.
func TestRunCountsServices(t *testing.T) {
	r := supervise(t, serviceText("a", "")+serviceText("b", "")+serviceText("c", ""), func(r *running) {
		fewer := entries(r.t, serviceText("a", ""))
		r.c.Load = func() ([]*servicedef.Entry, Services, error) { return fewer, r.fake, nil }
	})
	r.wantReady()
	r.request(Reload)
	r.fake.await(t, "stop c")
	r.fake.await(t, "stop b")
	r.log.await(t, "b: stop")
	r.log.await(t, "c: stop")
	r.request(WakeUp)
	r.log.await(t, ": 1 services OK, 0 services needed adjustment, 0 services failed adjustment")
	r.request(Quit)
	r.wantEnd("<nil>")
}

func TestRunRefuses(t *testing.T) {
	for _, test := range []struct {
		change func(*running)
		want   string
	}{
		{func(r *running) { r.c.Store = filepath.Join(r.c.PidFile, "x") }, "cannot read the store: "},
		{func(r *running) { r.c.PidFile = filepath.Join(r.c.PidFile, "x") }, "cannot claim pid file: "},
	} {
		r := supervise(t, serviceText("a", ""), test.change)
		select {
		case err := <-r.ended:
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("it has ended with %v, want %s", err, test.want)
			}
		case <-time.After(patience):
			t.Fatal("it has not ended")
		}
		if len(r.fake.done) > 0 {
			t.Errorf("done was %q", r.fake.done)
		}
	}
}

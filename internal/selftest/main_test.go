package selftest

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/reexec"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/pkg/servicedef"
)

// This program is also executed as the helper that runs commands, like svctl.
func TestMain(m *testing.M) {
	if code, played := reexec.Play(os.Args, runner.Roles...); played {
		os.Exit(code)
	}
	// With -race every process sleeps for a second at its exit by default.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	os.Exit(m.Run())
}

// service loads a service with these keys.
func service(t *testing.T, keys string) *servicedef.Service {
	t.Helper()
	text := "<entry>\ntype = service\nname = s\n" + keys + "\n</entry>\n"
	c, err := servicedef.Load("a.conf", servicedef.Apache, fstest.MapFS{"a.conf": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return c.Services()[0]
}

func controller() *control.Controller {
	return &control.Controller{Svloop: "svloop", InProcess: true, Env: os.Environ(), Log: silence{}}
}

// silence is a log that is discarded.
type silence struct{}

func (silence) Debug(string, ...any) {}
func (silence) Info(string, ...any)  {}
func (silence) Warn(string, ...any)  {}

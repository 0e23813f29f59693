package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/manpage"
	"github.com/svloop/svloop/internal/simplevisor"
	"github.com/svloop/svloop/pkg/daemonize"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// oldName is the name under which svctl has the command line, the messages and the exit
// statuses of simplevisor: see simplevisor(1).
const oldName = "simplevisor"

func isOldName(args []string) bool {
	return len(args) > 0 && filepath.Base(args[0]) == oldName
}

// oldCall is one run under that name.
type oldCall struct {
	*invocation
	properties simplevisor.Properties
}

// runOld is the whole program under that name. Messages go to standard output, except
// those about the command line and the configuration.
func runOld(args []string, env environment, caller *daemonize.Caller, stdout, stderr io.Writer) int {
	call, err := simplevisor.Parse(args)
	if err != nil {
		_, _ = io.WriteString(stderr, simplevisor.Usage)
		printable.Fprintf(stderr, "%s: error: %v\n", oldName, err)
		return int(lsb.Usage)
	}
	d := &delivery{to: stdout}
	s := &oldCall{invocation: &invocation{options: &options{conf: call.Conf, jobs: 1}, env: env, stdout: d, stderr: stderr, caller: caller}}
	if caller != nil {
		return s.asDaemon(func() int { return s.answer(call, d) })
	}
	return s.delivered(d, s.answer(call, d))
}

func (s *oldCall) answer(call *simplevisor.Call, d *delivery) int {
	switch call.Page {
	case simplevisor.Help:
		_, err := io.WriteString(d, simplevisor.HelpText)
		return s.check(err)
	case simplevisor.Version:
		fmt.Fprintln(d, simplevisor.VersionLine)
		return 0
	case simplevisor.Pod, simplevisor.Rst:
		return s.check(manpage.Show(oldManual, d))
	}
	surviveClosedPipe()
	if err := s.openOld(call.Given); err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			printable.Fprintf(s.stderr, "%s: %s\n", oldName, line)
		}
		return 1
	}
	defer s.log.close()
	order, err := simplevisor.Decide(s.properties, s.config.Entries)
	if err != nil {
		return s.fail(err)
	}
	return s.carryOutOld(order)
}

// carryOutOld carries out an order.
func (s *oldCall) carryOutOld(order simplevisor.Order) int {
	switch order.Kind {
	case simplevisor.Ask:
		return s.ask()
	case simplevisor.Quit:
		return s.quit(order.Request)
	case simplevisor.Request:
		return s.request(order.Request)
	case simplevisor.CheckConfiguration:
		fmt.Fprintln(s.stdout, "the configuration file is valid")
		return 0
	case simplevisor.Check:
		return s.checkOld(order.Targets)
	case simplevisor.Act:
		return s.actOld(order.Action, order.Targets)
	case simplevisor.Single:
		return s.runSupervisor(true)
	}
	return s.superviseOld()
}

// fail prints an error as simplevisor does, and returns its exit status.
func (s *oldCall) fail(err error) int {
	out := s.stdout
	if s.caller != nil { // it prints the error
		out = s.stderr
	}
	printable.Fprintf(out, "%v\n", err)
	return 1
}

// openOld loads the configuration, if there is one, and makes the controller.
func (s *oldCall) openOld(given simplevisor.Properties) error {
	s.conftype = given.Over(simplevisor.Defaults)["conftype"]
	if s.conftype != string(servicedef.Apache) && s.conftype != string(servicedef.JSON) {
		return fmt.Errorf("invalid configuration type: %s", s.conftype)
	}
	s.config = &servicedef.Config{}
	if s.conf != "" {
		var err error
		if s.config, err = s.loadOld(); err != nil {
			return err
		}
	}
	s.properties = given.Over(simplevisor.Block(s.config.Tree)).Over(simplevisor.Defaults)
	s.action = s.properties["command"]
	settings := servicedef.Settings{
		Log: s.properties["log"], LogFile: s.properties["logfile"], LogLevel: s.properties["loglevel"], LogName: s.properties["logname"],
	}
	if !slices.Contains(servicedef.LogLevels, strings.ToLower(settings.LogLevel)) {
		settings.LogLevel = "warning" // as simplevisor does
	}
	warnings, err := checkDaemons(s.config)
	if err != nil {
		return err
	}
	if err := s.prepare(settings); err != nil {
		return err
	}
	s.log.layout = oldLayout
	for _, w := range append(s.config.Warnings, warnings...) {
		s.log.Info("%v", w) // cron mails each line that a job prints
	}
	return nil
}

// loadOld loads the configuration. One without an entry is valid: "stop" needs none.
func (s *oldCall) loadOld() (*servicedef.Config, error) {
	c, err := servicedef.Load(s.conf, servicedef.Type(s.conftype), guardedFiles{})
	if empty, ok := errors.AsType[*servicedef.NoEntryError](err); ok {
		return empty.Config, nil
	}
	if err != nil {
		return nil, explainLoad(s.conf, err)
	}
	return c, nil
}

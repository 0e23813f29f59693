package main

import "github.com/svloop/svloop/internal/exposition"

// metrics are all metrics that svctl writes. Their names, labels and meanings are a
// contract: docs/monitoring.md documents each of them.
type metrics struct {
	up, expected, asExpected, state, held, ready                 *exposition.Metric
	restarts, started, lastExit, lastSignal, lastTime            *exposition.Metric
	memory, processor, tree                                      *exposition.Metric
	configOK, configServices, configTime, build                  *exposition.Metric
	supervisor, supervisorStarted, managed, managedOK            *exposition.Metric
	cycles, lastCycle, repairs, failedRepairs, reloads, reloadOK *exposition.Metric

	all []*exposition.Metric // in the order of the output
}

func newMetrics() *metrics {
	m := &metrics{}
	add := func(name string, kind exposition.Type, help string) *exposition.Metric {
		metric := &exposition.Metric{Name: "svctl_" + name, Type: kind, Help: help}
		m.all = append(m.all, metric)
		return metric
	}
	gauge := func(name, help string) *exposition.Metric { return add(name, exposition.Gauge, help) }
	counter := func(name, help string) *exposition.Metric { return add(name, exposition.Counter, help) }

	m.build = gauge("build_info", "The version of svctl that wrote the metrics, always 1.")
	m.configOK = gauge("config_ok", "Whether the configuration is valid (1) or not (0). If not, there are no metrics of services.")
	m.configTime = gauge("config_load_time_seconds", "When svctl read the configuration for these metrics.")
	m.configServices = gauge("config_services", "The number of services in the configuration.")

	m.up = gauge("service_up", "Whether the service runs (1) or not (0). Missing if that is not known.")
	m.expected = gauge("service_expected", "Whether the service is expected to run (1) or to be stopped (0).")
	m.asExpected = gauge("service_as_expected", "Whether the service is in its expected state (1) or not (0), and within its max_restarts.")
	m.state = gauge("service_state", "The state of the service: 1 for the current state, 0 for the others.")
	m.held = gauge("service_held", "Whether the service was stopped or started by hand against its expected state (1) or not (0).")
	m.ready = gauge("service_ready", "Whether the program of the service is ready (1) or not (0).")
	m.restarts = counter("service_restarts_total", "How often svloop has restarted the program since svloop started.")
	m.started = gauge("service_start_time_seconds", "When the main process of the service started.")
	m.lastExit = gauge("service_last_exit_code", "The exit status of the last run that ended, 128 plus the number of a signal.")
	m.lastSignal = gauge("service_last_exit_signal", "The number of the signal that killed the program in that run, 0 if none did.")
	m.lastTime = gauge("service_last_exit_time_seconds", "When the last run ended.")
	m.tree = gauge("service_processes", "The number of processes of the service, without its svloop.")
	m.memory = gauge("service_memory_bytes", "The resident memory of these processes. Memory that they share counts for each of them.")
	m.processor = counter("service_process_cpu_seconds_total", "The processor time of the main process of the service.")

	m.supervisor = gauge("supervisor_up", "Whether a supervisor of the configuration runs (1) or not (0).")
	m.supervisorStarted = gauge("supervisor_start_time_seconds", "When the supervisor started.")
	m.managed = gauge("supervisor_services", "The number of services of the supervisor.")
	m.managedOK = gauge("supervisor_services_as_expected", "The number of services that the supervisor knows to be in their expected states.")
	m.cycles = counter("supervisor_cycles_total", "How many cycles the supervisor has completed.")
	m.lastCycle = gauge("supervisor_last_cycle_time_seconds", "When the supervisor completed its last cycle.")
	m.repairs = counter("supervisor_repairs_total", "How many starts, stops and restarts by the supervisor have changed a service.")
	m.failedRepairs = counter("supervisor_failed_repairs_total", "How many starts, stops and restarts by the supervisor have failed.")
	m.reloads = counter("supervisor_reloads_total", "How often the supervisor has reloaded its configuration.")
	m.reloadOK = gauge("supervisor_last_reload_ok", "Whether the last reload of the supervisor succeeded (1) or not (0). 1 without a reload.")
	return m
}

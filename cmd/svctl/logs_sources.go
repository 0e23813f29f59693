package main

import (
	"cmp"
	"path/filepath"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/workdir"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// find finds the logs of services, and reports services without one: a service that was
// named with the reason, the others on one line.
func (l *logs) find(services []selected) {
	var without []string
	discarded := false
	for _, service := range services {
		sources, why := l.sourcesOf(service.Service)
		l.add(sources)
		switch {
		case why == "":
		case !service.byName:
			if len(sources) == 0 {
				without = append(without, service.Path)
			}
		default:
			printable.Fprintf(l.stderr, "svctl: %s: %s\n", service.Path, why)
			discarded = discarded || why == whyDiscarded
			if len(sources) == 0 {
				l.code = cmp.Or(l.code, lsb.Unimplemented)
			}
		}
	}
	if len(without) > 0 {
		printable.Fprintf(l.stderr, "svctl: no log is known of %s: %s\n", printable.Count(len(without), "service"), nameList(without))
		if len(l.sources) == 0 {
			l.code = cmp.Or(l.code, lsb.Unimplemented)
		}
	}
	if discarded {
		printable.Fprintf(l.stderr, "svctl: hint: set output = FILE in the entry, and restart the service\n")
	}
}

// add adds sources whose files are not those of other sources. The file of both streams
// is one source.
func (l *logs) add(sources []*logSource) {
	for _, source := range sources {
		known := false
		for _, other := range l.sources {
			known = known || source.path != "" && other.path == source.path
		}
		if !known {
			l.sources = append(l.sources, source)
		}
	}
}

// The reasons why there is no log.
const (
	whyDiscarded = "its output goes to /dev/null"
	whyInherited = "its output goes to that of the svctl that starts the service"
	whyUnknown   = "svctl does not know where its commands write a log"
	whySyslog    = "its output goes to syslog, and systemd does not run: search for svloop in the files of the syslog daemon"
	whyStopped   = "its output goes to syslog, but it does not run, so its messages cannot be distinguished from others: see journalctl -t svloop"
	whyNoOptions = "its options are wrong"
)

// sourcesOf returns the logs of a service, and the reason if there is none or if one of
// them is not known.
func (l *logs) sourcesOf(service *servicedef.Service) (sources []*logSource, why string) {
	if service.Kind() != servicedef.ByDaemon {
		return nil, whyUnknown
	}
	o, err := parseDaemon(service)
	if err != nil {
		return nil, whyNoOptions
	}
	syslog := false
	for i, stream := range o.Streams[1:] {
		switch stream.Kind {
		case cmdline.StreamFile:
			if filepath.Clean(stream.Path) == "/dev/null" {
				why = cmp.Or(why, whyDiscarded)
				continue
			}
			name := cmdline.StreamNames[i+1]
			if o.Streams[1] == o.Streams[2] {
				name = "output"
			}
			sources = append(sources, &logSource{service: service.Path, stream: name, path: workdir.Join(workdir.Get(), stream.Path)})
		case cmdline.StreamSyslog:
			syslog = true
		case cmdline.StreamInherit:
			why = cmp.Or(why, whyInherited)
		default:
			why = cmp.Or(why, whyDiscarded)
		}
	}
	if o.Log != "" {
		sources = append(sources, &logSource{service: service.Path, stream: "log", path: workdir.Join(workdir.Get(), o.Log)})
	}
	if syslog {
		journal, reason := l.journalOf(service)
		if why = reason; journal != nil {
			sources = append(sources, &logSource{service: service.Path, stream: "syslog", journal: journal})
		}
	} else if len(sources) > 0 {
		why = ""
	}
	return sources, why
}

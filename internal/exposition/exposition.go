// Package exposition writes metrics in the text exposition format of Prometheus, version
// 0.0.4, which node_exporter's textfile collector reads. Samples have no timestamps,
// because that collector refuses them.
//
// A reader refuses a whole file for one mistake in it. So the package writes each series
// once, whatever the values of its labels are: they are escaped as in package printable,
// which gives some texts the same form, and a series that was written before is skipped.
package exposition

import (
	"strconv"
	"strings"

	"github.com/svloop/svloop/pkg/printable"
)

// Type is the type of a metric.
type Type string

// The types.
const (
	Gauge   Type = "gauge"   // may go up and down
	Counter Type = "counter" // goes up, or back to zero
)

// Metric is a metric with its samples.
type Metric struct {
	Name string // in [a-zA-Z_:][a-zA-Z0-9_:]*
	Help string
	Type Type

	samples []string
	known   map[string]bool // the labels of the samples
}

// Label is a label of a sample.
type Label struct {
	Name  string // in [a-zA-Z_][a-zA-Z0-9_]*
	Value string // any bytes
}

// Add adds a sample. The first sample with these labels counts.
func (m *Metric) Add(value float64, labels ...Label) {
	series := m.Name
	if len(labels) > 0 {
		words := make([]string, len(labels))
		for i, l := range labels {
			words[i] = l.Name + `="` + quoted.Replace(printable.Text(l.Value)) + `"`
		}
		series += "{" + strings.Join(words, ",") + "}"
	}
	if m.known[series] {
		return
	}
	if m.known == nil {
		m.known = make(map[string]bool)
	}
	m.known[series] = true
	m.samples = append(m.samples, series+" "+strconv.FormatFloat(value, 'f', -1, 64)+"\n")
}

var (
	quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	helped = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
)

// Text returns the metrics that have samples, each with its help and its type.
func Text(metrics ...*Metric) string {
	var b strings.Builder
	for _, m := range metrics {
		if len(m.samples) == 0 {
			continue
		}
		b.WriteString("# HELP " + m.Name + " " + helped.Replace(printable.Lines(m.Help)) + "\n")
		b.WriteString("# TYPE " + m.Name + " " + string(m.Type) + "\n")
		for _, sample := range m.samples {
			b.WriteString(sample)
		}
	}
	return b.String()
}

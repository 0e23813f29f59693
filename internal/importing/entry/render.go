package entry

import (
	"fmt"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Tree is a configuration in the format of --conftype json.
type Tree struct {
	Entries []node `json:"entry"`
}

// node is an entry with the keys of the configuration, in the order in which
// they are printed.
type node struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Control  string `json:"control,omitempty"`
	Start    string `json:"start,omitempty"`
	Stop     string `json:"stop,omitempty"`
	Restart  string `json:"restart,omitempty"`
	Reload   string `json:"reload,omitempty"`
	Daemon   string `json:"daemon,omitempty"`
	Options  string `json:"daemon_options,omitempty"`
	Output   string `json:"output,omitempty"`
	Rotate   string `json:"rotate,omitempty"`
	Expected string `json:"expected,omitempty"`
	Timeout  string `json:"timeout,omitempty"`
	After    string `json:"after,omitempty"`
	Children *Tree  `json:"children,omitempty"`
}

// Tree returns the entries as a tree. It has no comments.
func (all Definitions) Tree() (Tree, error) {
	tree := Tree{Entries: []node{}}
	for _, d := range all {
		for _, e := range d.Entries {
			n, err := e.node()
			if err != nil {
				return tree, err
			}
			tree.Entries = append(tree.Entries, n)
		}
	}
	return tree, nil
}

func (e *Entry) node() (n node, err error) {
	if e.Children != nil {
		n = node{Type: "supervisor", Name: e.Name, After: strings.Join(e.After, " "), Children: &Tree{}}
		for _, child := range e.Children {
			inner, err := child.node()
			if err != nil {
				return n, err
			}
			n.Children.Entries = append(n.Children.Entries, inner)
		}
		return n, nil
	}
	n = node{Type: "service", Name: e.Name, Daemon: e.Daemon, Output: e.Output, Rotate: e.Rotate, After: strings.Join(e.After, " ")}
	quote := func(words []string) (text string) {
		if len(words) > 0 && err == nil {
			if text, err = servicedef.Quote(words); err != nil {
				err = fmt.Errorf("cannot write %q: %w", e.Name, err)
			}
		}
		return text
	}
	n.Control, n.Start, n.Stop, n.Options = quote(e.Control), quote(e.Start), quote(e.Stop), quote(e.Options)
	n.Reload = quote(e.Reload)
	if e.ReloadSignal != 0 {
		n.Reload = proctree.SignalName(e.ReloadSignal)
	}
	if e.StopThenStart {
		n.Restart = "stop+start"
	}
	if e.Expected == servicedef.Stopped {
		n.Expected = string(e.Expected)
	}
	if e.Timeout > 0 {
		n.Timeout = Seconds(e.Timeout)
	}
	return n, err
}

// Text returns the entries as a configuration, with the notes as comments.
func (all Definitions) Text() (string, error) {
	var b strings.Builder
	for _, d := range all {
		gap(&b)
		for _, note := range d.Notes {
			comment(&b, "", fmt.Sprintf("%s:%d: %s", d.File, note.Line, note.Text))
		}
		for _, e := range d.Entries {
			gap(&b)
			n, err := e.node()
			if err != nil {
				return "", err
			}
			n.write(&b, "", d, e)
		}
	}
	return b.String(), nil
}

func gap(b *strings.Builder) {
	if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n\n") {
		b.WriteByte('\n')
	}
}

func comment(b *strings.Builder, indent, text string) {
	fmt.Fprintf(b, "%s# %s\n", indent, commented(text))
}

// OwnPIDFile is a comment for administrators who know the pid file of the
// program.
const OwnPIDFile = "daemon is svloop's pid file; the program has its own, if any"

func (n *node) write(b *strings.Builder, indent string, d *Definition, e *Entry) {
	comment(b, indent, "from "+d.Position(e))
	for _, note := range e.Notes {
		comment(b, indent, note.Text)
	}
	if indent == "" && slices.ContainsFunc(e.Services(), func(s *Entry) bool { return s.Daemon != "" }) {
		comment(b, indent, OwnPIDFile)
	}
	fmt.Fprintf(b, "%s<entry>\n", indent)
	for _, key := range []struct{ name, value string }{
		{"type", n.Type}, {"name", n.Name},
		{"control", n.Control}, {"start", n.Start}, {"stop", n.Stop}, {"restart", n.Restart}, {"reload", n.Reload},
		{"daemon", n.Daemon}, {"daemon_options", n.Options},
		{"output", n.Output}, {"rotate", n.Rotate}, {"expected", n.Expected}, {"timeout", n.Timeout}, {"after", n.After},
	} {
		if key.value != "" {
			fmt.Fprintf(b, "%s    %s = %s\n", indent, key.name, key.value)
		}
	}
	if n.Children != nil {
		fmt.Fprintf(b, "%s    <children>\n", indent)
		for i := range n.Children.Entries {
			n.Children.Entries[i].write(b, indent+"        ", d, e.Children[i])
		}
		fmt.Fprintf(b, "%s    </children>\n", indent)
	}
	fmt.Fprintf(b, "%s</entry>\n", indent)
}

// Position returns where an entry is defined.
func (d *Definition) Position(e *Entry) string {
	if e.Line == 0 {
		return d.File
	}
	return fmt.Sprintf("%s:%d", d.File, e.Line)
}

// Warnings returns all notes, each with its position.
func (all Definitions) Warnings() []string {
	var lines []string
	for _, d := range all {
		for _, note := range d.Notes {
			lines = append(lines, commented(fmt.Sprintf("%s:%d: %s", d.File, note.Line, note.Text)))
		}
		for _, e := range d.Entries {
			lines = append(lines, d.warnings(e, e.Name)...)
		}
	}
	return lines
}

func (d *Definition) warnings(e *Entry, path string) []string {
	var lines []string
	for _, note := range e.Notes {
		place := d.Position(e)
		if note.Line > 0 {
			place = fmt.Sprintf("%s:%d", d.File, note.Line)
		}
		lines = append(lines, commented(fmt.Sprintf("%s: %s: %s", place, path, note.Text)))
	}
	for _, child := range e.Children {
		lines = append(lines, d.warnings(child, path+"/"+child.Name)...)
	}
	return lines
}

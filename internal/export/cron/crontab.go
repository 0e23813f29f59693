package cron

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/export"
)

// The lines before and after the lines of a service.
const (
	crontabBegin = "# svctl export: begin "
	crontabEnd   = "# svctl export: end "
)

// place returns the step that adds services to the crontab of the user.
func place(h *export.Host, bundles []*export.Bundle, force bool) (*export.Installation, error) {
	table, err := readCrontab(h)
	if err != nil {
		return nil, err
	}
	changed := table
	for _, b := range bundles {
		if changed, err = withoutBlock(changed, b.Name, b.Made, force); err != nil {
			return nil, err
		}
		if changed != "" && !strings.HasSuffix(changed, "\n") {
			changed += "\n"
		}
		changed += crontabBegin + b.Name + "\n" + b.Files[0].Text + crontabEnd + b.Name + "\n"
	}
	return &export.Installation{After: crontabSteps(table, changed)}, nil
}

// displace returns the step that removes services from the crontab. Running services
// continue to run.
func displace(h *export.Host, paths []string, force bool) (*export.Installation, error) {
	table, err := readCrontab(h)
	if err != nil {
		return nil, err
	}
	changed := table
	for _, path := range paths {
		if changed, err = withoutBlock(changed, export.ExportedName(path), made(path), force); err != nil {
			return nil, err
		}
	}
	return &export.Installation{After: crontabSteps(table, changed)}, nil
}

// made is the command that makes the lines of a service, see [export.Format.Made].
func made(path string) string { return export.Format{Name: formatName}.Made(path) }

func crontabSteps(before, after string) []export.Step {
	switch {
	case before == after:
		return nil
	case strings.TrimSpace(after) == "":
		return []export.Step{{Argv: []string{"crontab", "-r"}}}
	}
	return []export.Step{{Argv: []string{"crontab", "-"}, Stdin: after}}
}

// readCrontab returns the crontab of the user, "" if there is none.
func readCrontab(h *export.Host) (string, error) {
	if !h.Has("crontab") {
		return "", &export.MissingError{Format: formatName, Why: "there is no crontab(1)"}
	}
	cmd := exec.Command("crontab", "-l")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if err == nil {
		return stdout.String(), nil
	}
	// crontab(1) has no exit statuses for these cases in POSIX.
	said := strings.Join(strings.Fields(stderr.String()), " ")
	switch {
	case containsAny(said, "no crontab for", "No such file"): // the latter is busybox
		return "", nil
	case containsAny(said, "not allowed", "permission denied", "Permission denied"):
		err = fs.ErrPermission
	}
	return "", fmt.Errorf("cannot read the crontab: %w: %s", err, said)
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}

var errNoEnd = errors.New("its last line is missing")

// withoutBlock returns a crontab without the lines of a service. It returns an
// *export.EditedError if the lines were edited, unless forced.
func withoutBlock(table, name, made string, force bool) (string, error) {
	begin, end := crontabBegin+name+"\n", crontabEnd+name+"\n"
	before, rest, found := cutLine(table, begin)
	if !found {
		return table, nil
	}
	block, after, found := cutLine(rest, end)
	if !found {
		return "", fmt.Errorf("cannot change the crontab: the lines of %q: %w", name, errNoEnd)
	}
	if !force {
		if err := export.Unedited("crontab, "+name, block, made); err != nil {
			return "", err
		}
	}
	return before + after, nil
}

// cutLine cuts a text before and after the first line that equals line.
func cutLine(text, line string) (before, after string, found bool) {
	if strings.HasPrefix(text, line) {
		return "", text[len(line):], true
	}
	before, after, found = strings.Cut(text, "\n"+line)
	if found {
		before += "\n"
	}
	return before, after, found
}

package export

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"slices"
	"strings"
)

// Lines around what stands in a crontab for one service.
const (
	crontabBegin = "# svctl export: begin "
	crontabEnd   = "# svctl export: end "
)

// installCrontab returns the step that puts services into the crontab of the
// user.
func installCrontab(h *Host, bundles []*Bundle, force bool) (*Installation, error) {
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
	return &Installation{After: crontabSteps(table, changed)}, nil
}

// uninstallCrontab returns the step that takes services out of it. What runs
// goes on: nothing but svctl says that it should not.
func uninstallCrontab(h *Host, paths []string, force bool) (*Installation, error) {
	table, err := readCrontab(h)
	if err != nil {
		return nil, err
	}
	changed := table
	for _, path := range paths {
		if changed, err = withoutBlock(changed, ExportedName(path), cron.made(path), force); err != nil {
			return nil, err
		}
	}
	return &Installation{After: crontabSteps(table, changed)}, nil
}

func crontabSteps(before, after string) []Step {
	switch {
	case before == after:
		return nil
	case strings.TrimSpace(after) == "":
		return []Step{{Argv: []string{"crontab", "-r"}}}
	}
	return []Step{{Argv: []string{"crontab", "-"}, Stdin: after}}
}

// readCrontab returns the crontab of the user, "" when there is none.
func readCrontab(h *Host) (string, error) {
	if !h.has("crontab") {
		return "", &MissingError{cron.Name, "there is no crontab(1)"}
	}
	cmd := exec.Command("crontab", "-l")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if err == nil {
		return stdout.String(), nil
	}
	// POSIX has no codes of its own for these.
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

// withoutBlock returns a crontab without the lines of one service. When they
// are not as this command has made them that is an *EditedError, unless forced.
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
	stamps, ok := readStamps(block)
	switch {
	case force:
	case !ok || stamps.sums[stamps.names[0]] != stamps.own:
		return "", &EditedError{"crontab, " + name, whyEdited}
	case stamps.made != made:
		return "", &EditedError{"crontab, " + name, whyMadeBy(stamps.made)}
	}
	return before + after, nil
}

// cutLine cuts a text around the first line that is just that.
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

package instance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/envfile"
	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/pkg/printable"
)

// readEnvFile reads a file of variables. An optional file may be missing. A warning
// names lines that are not NAME=VALUE by their numbers, because they may hold secrets.
func readEnvFile(ctx context.Context, path string, optional bool, warn func(string)) ([]string, error) {
	f, err := nowait.OpenToRead(path)
	if err != nil {
		if optional && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)) {
			return nil, nil
		}
		return nil, fmt.Errorf("cannot open environment file: %w", err)
	}
	defer f.Close()
	// A FIFO may have a writer that never writes.
	stop := context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	pairs, ignored, err := envfile.Read(f)
	var wrong *envfile.Error
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("cannot read environment file %q: %w", path, context.Cause(ctx))
	case errors.As(err, &wrong):
		return nil, fmt.Errorf("cannot read environment file: %s:%d:1: %s", printable.Text(path), wrong.Line, wrong.Text)
	case err != nil:
		return nil, fmt.Errorf("cannot read environment file %q: %w", path, err)
	case len(ignored) > 0:
		warn(fmt.Sprintf("environment file %q: ignored text that is not NAME=VALUE in %s", path, inLines(ignored)))
	}
	return pairs, nil
}

// inLines returns the first line numbers as text.
func inLines(numbers []int) string {
	const most = 5
	texts := make([]string, 0, most)
	for _, n := range numbers[:min(most, len(numbers))] {
		texts = append(texts, strconv.Itoa(n))
	}
	text := "line " + texts[0]
	if len(numbers) > 1 {
		text = "lines " + strings.Join(texts, ", ")
	}
	if more := len(numbers) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

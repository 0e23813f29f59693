package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/svloop/svloop/internal/control"
)

// TestInTime has every answer that comes in time, whatever hangs before it.
func TestInTime(t *testing.T) {
	t.Parallel()
	const (
		now    = "now"    // answers at once
		killed = "killed" // hangs until it is killed
		stuck  = "stuck"  // does not return
		late   = "unknown: no answer within 10s"
	)
	for _, test := range []struct {
		jobs  int
		calls []string
		want  []string
		err   error
		took  time.Duration
	}{
		{16, []string{now, now}, []string{now, now}, nil, 0},
		{1, []string{now, now}, []string{now, now}, nil, 0},
		{16, []string{killed, now}, []string{killed, now}, errLate, 8 * time.Second},
		{1, []string{killed, killed, stuck, now}, []string{killed, killed, late, now}, errLate, 9 * time.Second},
		{2, slices.Concat(slices.Repeat([]string{killed}, 30), []string{now}), nil, errLate, 8 * time.Second},
		{1, nil, nil, nil, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			end := make(chan struct{})
			defer close(end)
			began, asked := time.Now(), make([]time.Duration, len(test.calls))
			got, err := inTime(t.Context(), 10*time.Second, test.jobs, len(test.calls), func(ctx context.Context, i int) control.Status {
				asked[i] = time.Since(began)
				switch test.calls[i] {
				case killed:
					<-ctx.Done()
				case stuck:
					<-end
				}
				return control.Status{Detail: test.calls[i]}
			})
			synctest.Wait() // also for the calls that do not return
			want := test.want
			if want == nil {
				want = test.calls
			}
			var texts []string
			for _, s := range got {
				texts = append(texts, s.Detail)
			}
			if !slices.Equal(texts, want) || !errors.Is(err, test.err) || time.Since(began) != test.took {
				t.Errorf("%d at a time, %q: got %q (%v) after %s, want %q (%v) after %s",
					test.jobs, test.calls, texts, err, time.Since(began), want, test.err, test.took)
			}
			for i := range asked {
				if limit := time.Duration(i/test.jobs) * slowLook; asked[i] > min(limit, 8*time.Second) {
					t.Errorf("%d at a time, %q: call %d after %s", test.jobs, test.calls, i, asked[i])
				}
			}
		})
	}
}

// TestInTimeInterrupted reports the cause of the interruption.
func TestInTimeInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		stop := fmt.Errorf("stop")
		time.AfterFunc(time.Second, func() { cancel(stop) })
		_, err := inTime(ctx, time.Hour, 1, 1, func(ctx context.Context, _ int) control.Status {
			<-ctx.Done()
			return control.Status{}
		})
		if !errors.Is(err, stop) {
			t.Errorf("got %v", err)
		}
	})
}

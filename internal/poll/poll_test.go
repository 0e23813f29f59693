package poll

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestDoubling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pauses := Doubling(10*time.Millisecond, 50*time.Millisecond)
		var got []int64
		for range 5 {
			begin := time.Now()
			if err := pauses.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			got = append(got, time.Since(begin).Milliseconds())
		}
		if want := []int64{10, 20, 40, 50, 50}; !slices.Equal(got, want) {
			t.Errorf("the pauses are %v ms, want %v", got, want)
		}
	})
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	because := errors.New("because")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(because) })
		begin := time.Now()
		if err := Doubling(time.Hour, time.Hour).Wait(ctx); !errors.Is(err, because) || time.Since(begin) != time.Second {
			t.Errorf("got %v after %v, want %v after 1s", err, time.Since(begin), because)
		}
	})
}

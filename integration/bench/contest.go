package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// times are the measurements of one command of one peer.
type times map[string][]time.Duration

// contest measures start, status and stop of each peer in turn, in several rounds that
// begin with different peers.
func contest(c *crowd, peers []peer, dir string, rounds int) error {
	start, status, stop := times{}, times{}, times{}
	const empty = "an empty Go program"
	for round := range rounds {
		for i := range peers {
			p := peers[(round+i)%len(peers)]
			own := filepath.Join(dir, fmt.Sprintf("%s-%d", p.name, round))
			if err := bout(c, p, own, start, status, stop); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
		}
		took, err := clock(c, []string{filepath.Join(dir, "empty")})
		if err != nil {
			return err
		}
		status[empty] = append(status[empty], took)
	}
	order := []string{empty}
	for _, p := range peers {
		order = append(order, p.name)
	}
	show("start, until the caller returns", order, start, "daemonize", 4)
	fmt.Printf("  two starts of %s, without which a daemon cannot be: %.1f times daemonize\n",
		empty, 2*float64(median(status[empty]))/float64(median(start["daemonize"])))
	show("status", order, status, empty, 2)
	show("stop, until the program is gone", order, stop, "", 0)
	verdict("svloop: stop", ms(median(stop["svloop"])), 10, "ms")
	return nil
}

// bout measures one start, status and stop of one peer.
func bout(c *crowd, p peer, dir string, start, status, stop times) error {
	defer c.clear()
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	if p.prepare != nil {
		if err := p.prepare(c, dir); err != nil {
			return err
		}
	}
	took, err := clock(c, p.start(dir))
	if err != nil {
		return err
	}
	start[p.name] = append(start[p.name], took)
	name := filepath.Base(program[0])
	if err := until(func() bool { return len(c.members(name)) == 1 }, "the program of %s", p.name); err != nil {
		return err
	}
	if p.status != nil {
		if took, err = clock(c, p.status(dir)); err != nil {
			return err
		}
		status[p.name] = append(status[p.name], took)
	}
	if p.stop == nil {
		return nil
	}
	running, err := handles(c.members(name))
	if err != nil {
		return err
	}
	begin := time.Now()
	if _, err = clock(c, p.stop(dir)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, h := range running {
		defer h.Close()
		if err := h.Wait(ctx); err != nil {
			return fmt.Errorf("cannot wait for the end of pid %d: %w", h.PID, err)
		}
	}
	stop[p.name] = append(stop[p.name], time.Since(begin))
	return nil
}

// clock returns how long a command takes.
func clock(c *crowd, words []string) (time.Duration, error) {
	begin := time.Now()
	err := c.run(words)
	return time.Since(begin), err
}

package supervisor

import (
	"context"
	"strings"
	"time"

	"github.com/svloop/svloop/pkg/printable"
)

// reload reads the configuration again. An error in it changes nothing.
func (s *supervisor) reload(ctx context.Context) {
	if s.stopping || s.leaving {
		return
	}
	s.public.reloads++
	entries, services, err := s.Load()
	s.public.failure = ""
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			s.Log.Error("cannot reload: %s", line)
		}
		s.public.failure, _, _ = strings.Cut(err.Error(), "\n")
		return
	}
	s.Entries, s.Services = entries, services
	s.adopt(ctx, entries)
	s.execute(ctx, s.tree.Reload(time.Now(), entries))
	for _, u := range s.units { // a changed service is not watched yet
		if !u.known && !u.looks && !u.acts {
			s.lookAt(ctx, u, regular)
		}
	}
	s.Log.Info("reloaded: %s", printable.Count(len(s.units), "service"))
}

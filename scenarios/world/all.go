package world

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"mxlab/scenarios"
	"mxlab/verify"
)

// RunAll runs each scenario in a world of its own, as many at once as there are
// processors. modes says under which modes a scenario is run; see [Policies].
// The results are in the order of the list. Where a world could not be run the
// result is nil, and the error tells of every such world; when ctx ends, that
// is all of those that had not finished. done, unless nil, is called behind
// each, by several goroutines.
func RunAll(ctx context.Context, list []*scenarios.Scenario, modes func(*scenarios.Scenario) []verify.Policy, done func()) ([]*Result, error) {
	results, errs := make([]*Result, len(list)), make([]error, len(list))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				results[i], errs[i] = runOne(ctx, list[i], modes(list[i]))
				if done != nil {
					done()
				}
			}
		})
	}
	for i := range list {
		next <- i
	}
	close(next)
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return results, err
	}
	return results, errors.Join(errs...)
}

func runOne(ctx context.Context, s *scenarios.Scenario, modes []verify.Policy) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w, err := New(s, time.Time{})
	if err != nil {
		return nil, err
	}
	defer w.Close()
	return w.Run(ctx, modes)
}

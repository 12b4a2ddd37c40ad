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
// is all of those that had not finished. done, unless nil, is called with one
// result after the other, in the order of the list and as soon as those before
// it are there; a nil one among them.
func RunAll(ctx context.Context, list []*scenarios.Scenario, modes func(*scenarios.Scenario) []verify.Policy, done func(*Result)) ([]*Result, error) {
	results, errs := make([]*Result, len(list)), make([]error, len(list))
	next, told := make(chan int), inOrder{results: results, ready: make([]bool, len(list)), done: done}
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				results[i], errs[i] = runOne(ctx, list[i], modes(list[i]))
				told.finished(i)
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

// inOrder hands results on in the order of the list.
type inOrder struct {
	results []*Result
	done    func(*Result)

	mu    sync.Mutex
	ready []bool
	next  int
}

func (o *inOrder) finished(i int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.ready[i] = true; o.next < len(o.ready) && o.ready[o.next]; o.next++ {
		if o.done != nil {
			o.done(o.results[o.next])
		}
	}
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

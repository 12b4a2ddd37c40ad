package conform

import (
	"mxlab/scenarios"
)

// longestFirst gives the places of a list in the order in which to begin: first
// where senders wait, so that they wait beside all others.
func longestFirst(list []*scenarios.Scenario) []int {
	var first, then []int
	for i, s := range list {
		if waits(s) || alone(s) {
			first = append(first, i)
		} else {
			then = append(then, i)
		}
	}
	return append(first, then...)
}

// atOnce bounds how many jobs are done at once.
func atOnce(n int, play Play) Play {
	places := make(chan struct{}, n)
	return func(job Job) (Answer, error) {
		places <- struct{}{}
		defer func() { <-places }()
		return play(job)
	}
}

package esa

import (
	"math"
	"time"

	"mxlab/verify"
)

// Schedule gives the default bounce profile. All settings share it: a bounce
// profile knows nothing of TLS.
func (p Policy) Schedule() verify.Schedule {
	s := verify.Schedule{Waits: doubling(time.Minute, time.Hour),
		Retries: 100, Lifetime: 259_200 * time.Second,
		Retry: ruleRetry, Growing: ruleRetryGrowing, GiveUp: ruleGiveUp,
	}
	if !p.holds(ruleRetry, true) {
		s.Retries = 0
	}
	if !p.holds(ruleRetryGrowing, true) {
		s.Waits = s.Waits[:1]
	}
	if !p.holds(ruleGiveUp, true) {
		s.Retries, s.Lifetime = math.MaxInt, math.MaxInt64
	}
	return s
}

// doubling gives waits each of which is twice the one before, until they are as
// long as the longest.
func doubling(wait, longest time.Duration) (all []verify.Wait) {
	for ; wait < longest; wait *= 2 {
		all = append(all, verify.Wait{Times: 1, For: wait})
	}
	return append(all, verify.Wait{Times: 1, For: longest})
}

package esa

import (
	"math"
	"time"

	"mxlab/verify"
)

// Schedule gives the default bounce profile. All settings share it: a bounce
// profile knows nothing of TLS.
func (p Policy) Schedule() verify.Schedule {
	s := verify.Schedule{
		First: time.Minute, Growth: 2, Longest: time.Hour,
		Retries: 100, Lifetime: 259_200 * time.Second,
		Retry: ruleRetry, Growing: ruleRetryGrowing, GiveUp: ruleGiveUp,
	}
	if !p.holds(ruleRetry, true) {
		s.Retries = 0
	}
	if !p.holds(ruleRetryGrowing, true) {
		s.Growth = 1
	}
	if !p.holds(ruleGiveUp, true) {
		s.Retries, s.Lifetime = math.MaxInt, math.MaxInt64
	}
	return s
}

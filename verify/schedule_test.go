package verify

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestScheduleNext(t *testing.T) {
	t.Parallel()
	const m, h = time.Minute, time.Hour
	doubling := Schedule{First: m, Growth: 2, Longest: h, Retries: 100, Lifetime: 72 * h}
	few := Schedule{First: m, Growth: 2, Longest: h, Retries: 2, Lifetime: 72 * h}
	steady := Schedule{First: 5 * m, Growth: 1, Longest: 5 * m, Retries: 100, Lifetime: h}
	for name, row := range map[string]struct {
		s     Schedule
		n     int
		age   time.Duration
		due   time.Duration
		again bool
	}{
		"the first retry":                     {doubling, 1, 0, m, true},
		"counted from the failure":            {doubling, 1, 5 * m, 6 * m, true},
		"doubled":                             {doubling, 2, m, 3 * m, true},
		"doubled again":                       {doubling, 6, 31 * m, 63 * m, true},
		"not above the longest":               {doubling, 7, 63 * m, 123 * m, true},
		"nor ever after":                      {doubling, 90, 63 * m, 123 * m, true},
		"the last retry":                      {doubling, 100, h, 2 * h, true},
		"too many":                            {doubling, 101, h, 2 * h, false},
		"just young enough":                   {doubling, 8, 71 * h, 72 * h, true},
		"too old by the time of the next one": {doubling, 8, 71*h + 1, 72*h + 1, false},
		"few, the last one":                   {few, 2, m, 3 * m, true},
		"few, one more":                       {few, 3, 3 * m, 7 * m, false},
		"steady":                              {steady, 4, 15 * m, 20 * m, true},
		"the zero schedule":                   {Schedule{}, 1, 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			due, again := row.s.Next(row.n, row.age)
			assert.Equal(t, row.due, due)
			assert.Equal(t, row.again, again)
		})
	}
}

func TestScheduleCertainty(t *testing.T) {
	t.Parallel()
	s := Schedule{Retry: &Rule{ID: "retry", Certainty: Documented}, Growing: &Rule{ID: "growing", Certainty: Inferred},
		GiveUp: &Rule{ID: "give-up", Certainty: Recalled}}
	verdicts := []Verdict{{Outcome: Deferred, Reason: SMTPRefused, Host: "mx.example", Match: "domain example", Certainty: Observed, TryNext: true}}
	assert.Equal(t, Observed, s.Again(1, verdicts).Certainty, "the first run needs no schedule")
	assert.Equal(t, Documented, s.Again(2, verdicts).Certainty)
	assert.Equal(t, Inferred, s.Again(3, verdicts).Certainty)
	end := s.Expire(s.Again(2, verdicts))
	assert.Equal(t, "bounced smtp-refused via mx.example", end.Words())
	assert.Equal(t, Recalled, end.Certainty)
}

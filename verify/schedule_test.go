package verify

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestScheduleNext(t *testing.T) {
	t.Parallel()
	const m, h = time.Minute, time.Hour
	waits := []Wait{{1, m}, {1, 2 * m}, {2, 4 * m}, {1, h}}
	long := Schedule{Waits: waits, Retries: 100, Lifetime: 72 * h}
	few := Schedule{Waits: waits, Retries: 2, Lifetime: 72 * h}
	steady := Schedule{Waits: []Wait{{1, 5 * m}}, Retries: 100, Lifetime: h}
	postponing := Schedule{Waits: waits, Retries: 100, Lifetime: 72 * h, Message: 15 * m}
	for name, row := range map[string]struct {
		s     Schedule
		n     int
		age   time.Duration
		why   Reason
		due   time.Duration
		again bool
	}{
		"the first retry":                     {long, 1, 0, Unreachable, m, true},
		"counted from the failure":            {long, 1, 5 * m, Unreachable, 6 * m, true},
		"the second":                          {long, 2, m, Unreachable, 3 * m, true},
		"the first of two equal ones":         {long, 3, 3 * m, Unreachable, 7 * m, true},
		"the second of two equal ones":        {long, 4, 7 * m, Unreachable, 11 * m, true},
		"the last wait":                       {long, 5, 11 * m, Unreachable, 71 * m, true},
		"and ever after":                      {long, 90, 71 * m, Unreachable, 131 * m, true},
		"the last retry":                      {long, 100, h, Unreachable, 2 * h, true},
		"too many":                            {long, 101, h, Unreachable, 2 * h, false},
		"just young enough":                   {long, 8, 71 * h, Unreachable, 72 * h, true},
		"too old by the time of the next one": {long, 8, 71*h + 1, Unreachable, 72*h + 1, false},
		"few, the last one":                   {few, 2, m, Unreachable, 3 * m, true},
		"few, one more":                       {few, 3, 3 * m, Unreachable, 7 * m, false},
		"steady":                              {steady, 4, 15 * m, Unreachable, 20 * m, true},
		"a refused message is no matter":      {long, 1, 0, SMTPRefused, m, true},
		"a refused message is postponed":      {postponing, 1, 0, SMTPRefused, 15 * m, true},
		"and so the next time":                {postponing, 4, 45 * m, SMTPRefused, 60 * m, true},
		"a lost connection is not":            {postponing, 4, 45 * m, Unreachable, 49 * m, true},
		"the zero schedule":                   {Schedule{}, 1, 0, Unreachable, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			due, again := row.s.Next(row.n, row.age, row.why)
			assert.Equal(t, row.due, due)
			assert.Equal(t, row.again, again)
		})
	}
}

func TestScheduleBy(t *testing.T) {
	t.Parallel()
	retry, growing, postponed := &Rule{ID: "retry"}, &Rule{ID: "growing"}, &Rule{ID: "postponed"}
	s := Schedule{Retry: retry, Growing: growing, Postponed: postponed}
	assert.Nil(t, s.By(1, ""), "the first run needs no schedule")
	assert.Equal(t, retry, s.By(2, SMTPRefused), "there is one wait for all")
	assert.Equal(t, growing, s.By(3, SMTPRefused))
	s.Message = time.Minute
	assert.Equal(t, postponed, s.By(2, SMTPRefused))
	assert.Equal(t, postponed, s.By(3, SMTPRefused))
	assert.Equal(t, growing, s.By(3, Unreachable))
}

func TestScheduleCertainty(t *testing.T) {
	t.Parallel()
	retry, growing := &Rule{ID: "retry", Certainty: Documented}, &Rule{ID: "growing", Certainty: Inferred}
	s := Schedule{Retry: retry, Growing: growing, GiveUp: &Rule{ID: "give-up", Certainty: Recalled}}
	verdicts := []Verdict{{Outcome: Deferred, Reason: SMTPRefused, Host: "mx.example", Match: "domain example", Certainty: Observed, TryNext: true}}
	assert.Equal(t, Observed, Again(nil, Settle(verdicts)).Certainty, "the first run needs no schedule")
	assert.Equal(t, Documented, Again([]*Rule{retry}, Settle(verdicts)).Certainty)
	assert.Equal(t, Inferred, Again([]*Rule{retry, growing}, Settle(verdicts)).Certainty)
	end := s.Expire(Again([]*Rule{retry}, Settle(verdicts)))
	assert.Equal(t, "bounced smtp-refused via mx.example", end.Words())
	assert.Equal(t, Recalled, end.Certainty)
}

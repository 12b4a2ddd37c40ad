package deliver_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/deliver"
	"mxlab/verify/probe"
)

// queued sends a message into a world until it is gone.
func queued(t *testing.T, scenario string) (w *world.World, runs []deliver.Run, ages []time.Duration) {
	t.Helper()
	all, err := scenarios.Find(scenario)
	require.NoError(t, err)
	w = world.Start(t, all[0])
	s := w.Sender()
	d := deliver.Sender{Anchors: w.Roots(), Wait: s.WaitUntil,
		Client: &probe.Client{Dial: s.DialContext, Resolver: w.Resolver(), Now: s.Now, Name: "mail.sender.example"}}
	began := s.Now()
	for run, err := range d.Queue(t.Context(), mode(t, "esa/5"), w.Scenario.Domain, deliver.Message{To: "recipient@example.com"}) {
		require.NoError(t, err)
		runs, ages = append(runs, run), append(ages, run.Began.Sub(began))
	}
	return w, runs, ages
}

func TestQueueGoesOnUntilTheMessageIsGone(t *testing.T) {
	t.Parallel()
	w, runs, ages := queued(t, "retry/first-451-then-accepts")
	assert.Equal(t, []time.Duration{0, time.Minute}, ages)
	assert.Equal(t, verify.Deferred, runs[0].Delivery.Outcome)
	assert.Equal(t, verify.Verified, runs[1].Delivery.Outcome)
	assert.Len(t, w.Messages(), 1)

	_, runs, _ = queued(t, "mx/null-mx")
	require.Len(t, runs, 1, "a message that bounced is not tried again")
	assert.False(t, runs[0].GaveUp)
}

// The numbers of the bounce profile, which the judgement has as data.
func TestQueueGivesUp(t *testing.T) {
	t.Parallel()
	w, runs, ages := queued(t, "retry/gives-up")
	assert.Empty(t, w.Messages())
	end := runs[len(runs)-1]
	assert.True(t, end.GaveUp)
	assert.Equal(t, "bounced smtp-refused via mx1.example.com", end.Delivery.Words())
	var minutes []float64
	for _, age := range ages[:9] {
		minutes = append(minutes, age.Minutes())
	}
	assert.Equal(t, []float64{0, 1, 3, 7, 15, 31, 63, 123, 183}, minutes)
	oldest := ages[len(ages)-2]
	assert.LessOrEqual(t, oldest, 72*time.Hour)
	assert.Greater(t, oldest+time.Hour, 72*time.Hour, "the next one would find it too old")
}

// A host that keeps its sender waiting takes away from the time in the queue,
// and the interval begins behind it.
func TestQueueWaitsFromTheFailureOn(t *testing.T) {
	t.Parallel()
	_, runs, ages := queued(t, "starttls/silent-after-220")
	assert.Equal(t, probe.HandshakeTimeout+time.Minute, ages[1])
	assert.Equal(t, runs[0].Ended.Add(time.Minute), runs[1].Began)
	assert.Less(t, len(runs), 78)
}

func TestQueueErrors(t *testing.T) {
	t.Parallel()
	w, s := sender(t, "retry/gives-up")
	var failed error
	runs := 0
	for _, err := range s.Queue(t.Context(), mode(t, "esa/5"), w.Scenario.Domain, deliver.Message{To: "recipient@example.com"}) {
		runs, failed = runs+1, err
	}
	assert.ErrorContains(t, failed, "the sender has no Wait")
	assert.Equal(t, 2, runs, "the first run was given before")

	for _, err := range s.Queue(t.Context(), stranger{}, w.Scenario.Domain, deliver.Message{}) {
		assert.ErrorContains(t, err, "no sender of this product is known")
	}
}

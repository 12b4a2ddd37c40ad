package world_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

func sixModes(s *scenarios.Scenario) []verify.Policy { return world.Policies(s, scenarios.Modes()) }

func TestRunAllKeepsTheOrder(t *testing.T) {
	t.Parallel()
	list, err := scenarios.Find("hosted", "mx/null-mx", "identity")
	require.NoError(t, err)
	var told []*world.Result
	results, err := world.RunAll(t.Context(), list, sixModes, func(r *world.Result) { told = append(told, r) })
	require.NoError(t, err)
	assert.Equal(t, len(results), len(told), "how often done was called")
	require.Len(t, results, len(list))
	for i, r := range told {
		assert.Same(t, results[i], r, "the results are told in the order of the list")
	}
	for i, r := range results {
		require.NotNil(t, r, "the result of %s", list[i].Name)
		assert.Same(t, list[i], r.Scenario, "result %d", i)
		assert.GreaterOrEqual(t, len(r.Modes), 6, "%s is run under the modes asked for", list[i].Name)
	}
}

// One world that cannot be made does not keep the others from being run.
func TestRunAllTellsWhichWorldCouldNotBeRun(t *testing.T) {
	t.Parallel()
	list, err := scenarios.Find("mx/null-mx", "mx/nxdomain", "hosted/ptr-not-mx")
	require.NoError(t, err)
	broken := *list[1]
	broken.Name = "the broken one"
	broken.Hosts = list[2].Hosts // whose certificates this one does not have
	list[1] = &broken
	var told []bool
	results, err := world.RunAll(t.Context(), list, sixModes, func(r *world.Result) { told = append(told, r != nil) })
	assert.Equal(t, []bool{true, false, true}, told)
	assert.ErrorContains(t, err, "the broken one")
	require.Len(t, results, 3)
	assert.NotNil(t, results[0])
	assert.Nil(t, results[1], "the world that could not be made has no result")
	assert.NotNil(t, results[2])
}

func TestRunAllEndsWithItsContext(t *testing.T) {
	t.Parallel()
	list, err := scenarios.Find("hosted")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	var done atomic.Int64
	results, err := world.RunAll(ctx, list, func(s *scenarios.Scenario) []verify.Policy {
		cancel()
		return sixModes(s)
	}, func(*world.Result) { done.Add(1) })
	assert.ErrorIs(t, err, context.Canceled)
	require.Len(t, results, len(list))
	for i, r := range results {
		assert.Nil(t, r, "the result of %s, which did not finish", list[i].Name)
	}
}

// TestFirstResult: the first result is told before the last world
// is begun.
func TestFirstResult(t *testing.T) {
	t.Parallel()
	list, err := scenarios.Find("hosted")
	require.NoError(t, err)
	asked, last := make(chan struct{}), list[len(list)-1]
	_, err = world.RunAll(t.Context(), list, func(s *scenarios.Scenario) []verify.Policy {
		if s == last {
			<-asked // until then the last one is not even begun
		}
		return sixModes(s)
	}, func(r *world.Result) {
		if r.Scenario == list[0] {
			close(asked)
		}
	})
	assert.NoError(t, err)
}

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
	var done atomic.Int64
	results, err := world.RunAll(t.Context(), list, sixModes, func() { done.Add(1) })
	require.NoError(t, err)
	assert.EqualValues(t, len(list), done.Load(), "how often done was called")
	require.Len(t, results, len(list))
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
	results, err := world.RunAll(t.Context(), list, sixModes, nil)
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
	}, func() { done.Add(1) })
	assert.ErrorIs(t, err, context.Canceled)
	require.Len(t, results, len(list))
	for i, r := range results {
		assert.Nil(t, r, "the result of %s, which did not finish", list[i].Name)
	}
}

package world_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/world"
)

// TestInMemory: every scenario comes to the same without sockets.
func TestInMemory(t *testing.T) {
	t.Parallel()
	for _, s := range catalogue(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			var goldens []string
			for _, w := range []*world.World{world.Start(t, s), world.Start(t, s, world.InMemory())} {
				r, err := w.Run(t.Context(), world.Policies(s, scenarios.Modes()))
				require.NoError(t, err)
				for _, m := range r.Modes {
					assert.Empty(t, m.Disagreement(), m.Policy.Mode())
				}
				goldens = append(goldens, string(report.Golden(r)))
			}
			assert.Equal(t, goldens[0], goldens[1])
		})
	}
}

package world_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// TestAgreement: for every scenario and mode, what is judged, what a delivery
// came to and what the hosts recorded are the same, and the claims hold.
func TestAgreement(t *testing.T) {
	t.Parallel()
	all, err := scenarios.Find()
	require.NoError(t, err)
	for _, s := range all {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			w := world.Start(t, s)
			r, err := w.Run(t.Context(), world.Policies(s, scenarios.Modes()))
			require.NoError(t, err)
			assert.Empty(t, r.Strays)
			for _, m := range r.Modes {
				assert.Empty(t, m.Disagreement(), m.Policy.Mode())
				assert.Empty(t, m.Broken(), "%s came to %q", m.Policy.Mode(), m.Delivery.Words())
			}
		})
	}
}

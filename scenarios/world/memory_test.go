package world_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/scenarios/world"
)

// TestInMemory: every scenario comes to the same without sockets, and there is no
// disagreement in either.
func TestInMemory(t *testing.T) {
	t.Parallel()
	for _, s := range catalogue(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			for _, a := range []account{firstOf(t, s), accounts(t, s, world.Now, 1, world.InMemory())[0]} {
				assert.Empty(t, a.disagreement)
				assert.Equal(t, firstOf(t, s).golden, a.golden)
			}
		})
	}
}

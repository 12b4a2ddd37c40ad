package scenarios_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

func TestCatalogLoads(t *testing.T) {
	t.Parallel()
	names := scenarios.List()
	require.NotEmpty(t, names, "the embedded catalogue")
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := scenarios.Load(scenarios.Catalog(), name+".yaml")
			require.NoError(t, err)
			assert.Equal(t, name, s.Story().Name)
			assert.NotEmpty(t, s.Source, "a scenario of the catalogue says where its incident is told")
			assert.NotEmpty(t, s.Comment, "a scenario of the catalogue begins with the incident in a few lines")
			assert.NotZero(t, len(s.Expect)+len(s.Receive), "a scenario of the catalogue claims something")
			for _, c := range s.Expect {
				assert.NotEmpty(t, c.Comment, "line %d: the claim for %s says on which fact it rests", c.Line, c.Mode)
			}
			for _, c := range s.Receive {
				assert.NotEmpty(t, c.Comment, "line %d: the claim for %s says on which fact it rests", c.Line, c.Mode)
			}
		})
	}
}

package scenarios_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

// What is written is the same world: of every scenario of the catalogue.
func TestYAML(t *testing.T) {
	t.Parallel()
	all, err := scenarios.Find()
	require.NoError(t, err)
	for _, s := range all {
		text, err := s.YAML()
		require.NoError(t, err, s.Name)
		again, err := scenarios.Parse("f.yaml", "f", text)
		if !assert.NoError(t, err, "%s\n%s", s.Name, text) {
			continue
		}
		worlds := again.Story().Worlds
		again = worlds[len(worlds)-1]
		assert.Equal(t, records(s), records(again), s.Name)
		assert.Equal(t, s.At, again.At, s.Name)
		assert.Equal(t, s.Title, again.Title, s.Name)
		assert.Equal(t, s.Domain, again.Domain, s.Name)
		assert.Equal(t, len(s.Hosts), len(again.Hosts), s.Name)
		for i, h := range s.Hosts {
			h.Product = again.Hosts[i].Product // a fragment has it
			assert.Equal(t, h, again.Hosts[i], s.Name)
		}
		assert.Equal(t, s.Certs, again.Certs, s.Name)
		assert.Equal(t, s.Web, again.Web, s.Name)
		assert.Equal(t, s.Faults, again.Faults, s.Name)
		assert.Equal(t, s.Routes, again.Routes, s.Name)
		assert.Equal(t, s.Sender, again.Sender, s.Name)
	}
}

// records gives the zone, but for where it stood in the text.
func records(s *scenarios.Scenario) []string {
	var all []string
	for _, r := range s.Zone.Records() {
		all = append(all, r.Owner+" "+r.Type+" "+r.Data)
	}
	return all
}

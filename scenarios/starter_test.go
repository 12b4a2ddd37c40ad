package scenarios_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

func TestStarter(t *testing.T) {
	t.Parallel()
	assert.Nil(t, scenarios.Lint("new.yaml", "new", []byte(scenarios.Starter())), "the starter has nothing to mend")
	// A comment has one blank behind its sign, an example none or the two of its indentation.
	example := regexp.MustCompile(`(?m)^#(\S|  )`)
	require.Greater(t, len(example.FindAllString(scenarios.Starter(), -1)), 15)
	whole := example.ReplaceAllString(scenarios.Starter(), "$1")
	s, err := scenarios.Parse("new.yaml", "new", []byte(whole))
	require.NoError(t, err, "each example can be used as it stands")
	assert.Len(t, s.Story().Worlds, 4)
	assert.Len(t, s.Hosts[1].Attempts, 2)
	assert.Len(t, s.Routes, 1)
	assert.Len(t, s.Faults, 1)
}

package world_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"mxlab/scenarios"

	"mxlab/internal/leaktest"
)

// Each test closes its worlds, and nothing of them, of their servers or of a
// sender outlives the tests.
func TestMain(m *testing.M) { leaktest.Main(m, "mxlab/", "go-smtp.", "miekg/dns.", "crypto/tls.") }

// sample is a part of the catalogue, whole stories, under the race detector, which
// makes all of it some ten times slower: what runs the same code on ever other
// scenarios has it find no more. Elsewhere it is all of it.
func sample(all []*scenarios.Scenario) (some []*scenarios.Scenario) {
	const every = 8
	if !raced {
		return all
	}
	stories := map[*scenarios.Story]bool{}
	for _, s := range all {
		if stories[s.Story()] = true; len(stories)%every == 0 {
			some = append(some, s)
		}
	}
	return some
}

// catalogue reads every scenario anew, so that tests share nothing.
func catalogue(t *testing.T) []*scenarios.Scenario {
	t.Helper()
	all, err := scenarios.Find()
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}

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

// catalogue reads every scenario anew, so that tests share nothing.
func catalogue(t *testing.T) []*scenarios.Scenario {
	t.Helper()
	all, err := scenarios.Find()
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}

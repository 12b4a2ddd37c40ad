package scenarios_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// possible: what comes about is among what the setting says that it can come to,
// which lint relies on.
func possible(t *testing.T, s *scenarios.Scenario, mode string, d verify.Delivery) {
	t.Helper()
	for _, p := range scenarios.Products() {
		setting, ok := p.SettingOf(mode)
		if !ok {
			continue
		}
		assert.True(t, setting.Comes(d.Outcome, s.Sender.Portal), "%s came to %s", mode, d.Outcome)
		if kind, _, _ := strings.Cut(d.Match, " "); d.Outcome == verify.Verified {
			assert.Contains(t, setting.Matches, verify.Kind(kind), "%s verified a host", mode)
		}
		if setting.Blind {
			assert.NotContains(t, string(d.Reason), "certificate-", mode)
		}
		return
	}
	t.Errorf("%s is a mode of no product", mode)
}

// TestCatalog is the conformance suite: each scenario's world is started, what
// it shows is judged under every mode, a message is sent under every mode, and
// the claims and the golden file must hold.
//
//	go test ./scenarios -run Catalog/hosted/ptr-not-mx
func TestCatalog(t *testing.T) {
	t.Parallel()
	all, err := scenarios.Find()
	require.NoError(t, err)
	for _, s := range all {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			w := world.Start(t, s)
			r, err := w.Run(t.Context(), world.Policies(s, scenarios.Modes()))
			require.NoError(t, err)
			assert.Empty(t, r.Strays, "a real sender would have asked somewhere else")
			for _, m := range r.Modes {
				possible(t, s, m.Policy.Mode(), m.Delivery)
				assert.Empty(t, m.Disagreement(), m.Policy.Mode())
				for _, c := range m.Broken() {
					t.Errorf("%s:%d: %s is claimed to be %v, but it is %q", c.File, c.Line, c.Mode, c.Words, m.Delivery.Words())
				}
			}
			for _, c := range r.BrokenFindings() {
				t.Errorf("%s:%d: %q is claimed, and is not among the findings of the receiver test", c.File, c.Line, c)
			}
			for _, got := range r.Received {
				assert.Empty(t, got.Disagreement(), got.Mode)
				for _, c := range got.Broken() {
					t.Errorf("%s:%d: %s is claimed to be %v, but it is %q", c.File, c.Line, c.Mode, c.Words, got.Words())
				}
			}
			got := report.Golden(r)
			want, ok := s.Golden()
			require.True(t, ok, "there is no golden file; go run ./cmd/mxlab run --update writes it, for review")
			assert.Equal(t, string(want), string(got))
		})
	}
}

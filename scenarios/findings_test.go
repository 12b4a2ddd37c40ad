package scenarios_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/verify/finding"
)

// TestFindingsCoverage: each kind of finding is claimed by a scenario of the
// catalogue.
func TestFindingsCoverage(t *testing.T) {
	t.Parallel()
	all, err := scenarios.Find()
	require.NoError(t, err)
	claimed := map[string]bool{}
	for _, s := range all {
		for _, c := range s.Findings {
			claimed[c.ID] = true
		}
	}
	for _, k := range finding.Kinds() {
		assert.True(t, claimed[k.ID], "no scenario of the catalogue claims %s", k.ID)
	}
	assert.True(t, claimed[""], "no scenario of the catalogue claims that nothing is found")
}

func TestFindingClaimHolds(t *testing.T) {
	t.Parallel()
	low := finding.Finding{Kind: finding.Lookup("ptr-missing"), Host: "mx1.example.com"}
	info := finding.Finding{Kind: finding.Lookup("no-mx")}
	for _, row := range []struct {
		claim scenarios.FindingClaim
		found []finding.Finding
		want  bool
	}{
		{scenarios.FindingClaim{ID: "ptr-missing"}, []finding.Finding{info, low}, true},
		{scenarios.FindingClaim{ID: "ptr-missing", Host: "mx1.example.com"}, []finding.Finding{low}, true},
		{scenarios.FindingClaim{ID: "ptr-missing", Host: "mx2.example.com"}, []finding.Finding{low}, false},
		{scenarios.FindingClaim{ID: "ptr-missing"}, []finding.Finding{info}, false},
		{scenarios.FindingClaim{}, nil, true},
		{scenarios.FindingClaim{}, []finding.Finding{info}, true},
		{scenarios.FindingClaim{}, []finding.Finding{info, low}, false},
	} {
		assert.Equal(t, row.want, row.claim.Holds(row.found), "%q of %v", row.claim, row.found)
	}
}

// Claims about the receiver test are read where they stand, and are not
// inherited.
func TestFindingClaims(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte("title: t\ndomain: example.com\nzone: |\n  example.com. MX 0 mx.example.com.\n  mx.example.com. A 192.0.2.1\nhosts:\n  192.0.2.1: no-tls\n"+
		"findings:\n  - ptr-missing\n  - starttls-not-offered mx.example.com\nthen:\n  - phase: later\n    findings: none\n  - phase: last\n"))
	require.NoError(t, err)
	worlds := s.Story().Worlds
	require.Len(t, worlds, 3)
	var texts [][]string
	for _, w := range worlds {
		var list []string
		for _, c := range w.Findings {
			list = append(list, c.String())
			assert.Equal(t, "f.yaml", c.File)
			assert.Positive(t, c.Line)
		}
		texts = append(texts, list)
	}
	assert.Equal(t, [][]string{{"ptr-missing", "starttls-not-offered mx.example.com"}, {"none"}, nil}, texts)
}

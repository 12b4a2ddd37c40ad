package docs_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify/finding"
)

// TestFindings: docs/check.md lists every kind of finding and every severity as
// the program has it, and no other.
func TestFindings(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("check.md")
	require.NoError(t, err)
	var want []string
	for _, k := range finding.Kinds() {
		want = append(want, fmt.Sprintf("| `%s` | %s | %s | %s |", k.ID, k.Severity, k.Text, k.Cure))
	}
	_, part, _ := strings.Cut(string(text), "## Findings\n")
	for _, s := range finding.Severities() {
		assert.Contains(t, part, "| `"+s.String()+"` |")
	}
	_, table, ok := strings.Cut(part, "| id |")
	require.True(t, ok, "there is no table of findings")
	table, _, _ = strings.Cut(table, "\n## ")
	var got []string
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "| `") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	assert.Equal(t, strings.Join(want, "\n"), strings.Join(got, "\n"))
}

// TestRemedies: docs/check.md lists what to change in each product.
func TestRemedies(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("check.md")
	require.NoError(t, err)
	var want []string
	for _, r := range finding.Remedies() {
		ids := []string{}
		for _, k := range r.For {
			ids = append(ids, "`"+k.ID+"`")
		}
		if len(ids) == 0 {
			ids = []string{"anything"}
		}
		steps := strings.ReplaceAll(strings.Join(r.Steps, "; then "), "|", `\|`)
		want = append(want, fmt.Sprintf("| `%s` | %s | %s | %s | %s |", r.Product, strings.Join(ids, " "), steps, r.Source, r.Certainty))
	}
	_, table, ok := strings.Cut(string(text), "| product |")
	require.True(t, ok, "there is no table of what to change")
	table, _, _ = strings.Cut(table, "\n## ")
	var got []string
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "| `") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	assert.Equal(t, strings.Join(want, "\n"), strings.Join(got, "\n"))
}

// The stages are documented too.
func TestStages(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("check.md")
	require.NoError(t, err)
	for _, s := range []string{finding.Connect, finding.Allowed, finding.CanUse, finding.Advertised, finding.CertOK, finding.Negotiated, finding.SenderOK, finding.RecipientOK} {
		assert.Contains(t, string(text), "| "+s+" |")
	}
}

// Package docs_test holds the documents against the program.
package docs_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify/esa"
)

// TestModes: docs/modes.md lists every setting, option and rule as the program
// has it, and no other.
func TestModes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("modes.md")
	require.NoError(t, err)
	var want []string
	for _, s := range esa.Settings() {
		want = append(want, fmt.Sprintf("| %d | `esa/%s` | %s | %s |", s.Number, s.Name, s.Menu, s.Summary))
	}
	for _, o := range esa.Options() {
		settings := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(o.Settings)), ", "), "[]")
		want = append(want, fmt.Sprintf("| `%s` | `%s` | %s | %s |", o.Name, strings.Join(o.Values, "`, `"), settings, o.Text))
	}
	for _, r := range esa.Rules() {
		want = append(want, fmt.Sprintf("| `%s` | %s | %s | %s |", r.ID, r.Text, r.Source, r.Certainty))
	}
	var got []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| `") || strings.HasPrefix(line, "| ") && line[2] >= '1' && line[2] <= '9' {
			got = append(got, strings.TrimSpace(line))
		}
	}
	assert.Equal(t, strings.Join(want, "\n"), strings.Join(got, "\n"))
}

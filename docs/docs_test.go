// Package docs_test holds the documents against the program.
package docs_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

// TestModes: docs/modes.md lists every setting, option and rule as the program
// has it, and no other; those of the receiving side too.
func TestModes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("modes.md")
	require.NoError(t, err)
	var want []string
	products := scenarios.Products()
	for _, r := range scenarios.Receivers() {
		products = append(products, r.Product)
	}
	for _, p := range products {
		want = append(want, "## "+p.Title)
		for _, s := range p.Settings {
			alias := "" // a product without short names has no column for them
			if s.Alias != "" {
				alias = "| " + s.Alias + " "
			}
			want = append(want, fmt.Sprintf("%s| `%s/%s` | %s | %s |", alias, p.Name, s.Name, s.Menu, s.Summary))
		}
		for _, o := range p.Options {
			values := strings.Join(o.Values, "`, `")
			if o.Form != "" {
				values += "`, `" + o.Form
			}
			want = append(want, fmt.Sprintf("| `%s` | `%s` | %s | %s |", o.Name, values, strings.Join(o.Settings, ", "), o.Text))
		}
		for _, r := range p.Rules {
			want = append(want, fmt.Sprintf("| `%s` | %s | %s | %s |", r.ID, r.Text, r.Source, r.Certainty))
		}
	}
	var got []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "## ") || strings.HasPrefix(line, "| `") || strings.HasPrefix(line, "| ") && (line[2] >= '1' && line[2] <= '9') {
			got = append(got, strings.TrimSpace(line))
		}
	}
	assert.Equal(t, strings.Join(want, "\n"), strings.Join(got, "\n"))
}

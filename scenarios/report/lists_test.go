package report_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
)

func ExampleScenarios() {
	list, err := scenarios.Find("routes/fqdn-hides-mx", "mx/null-mx")
	if err != nil {
		fmt.Println(err)
		return
	}
	report.Scenarios(os.Stdout, list, report.Style{})
	// Output:
	// routes/fqdn-hides-mx  A route by name hides the MX name
	// mx/null-mx            The domain takes no mail
}

// Nothing that a mode rests on is left out of the list.
func TestModesAreWhole(t *testing.T) {
	t.Parallel()
	var text, json bytes.Buffer
	report.Modes(&text, report.Style{})
	assert.NoError(t, report.ModesJSON(&json))
	words := strings.Join(strings.Fields(text.String()), " ")
	for _, p := range scenarios.Products() {
		for _, s := range p.Settings {
			menu := s.Menu
			if s.Alias != "" {
				menu = p.Name + "/" + s.Alias + ", " + menu
			}
			assert.Contains(t, words, fmt.Sprintf("%s/%s %s %s", p.Name, s.Name, menu, s.Summary))
			assert.Contains(t, json.String(), fmt.Sprintf(`"mode": "%s/%s"`, p.Name, s.Name))
		}
		for _, o := range p.Options {
			assert.Contains(t, words, "(default "+o.Values[0]+") "+o.Text, "option %s", o.Name)
			for _, v := range o.Values {
				assert.Contains(t, words, o.Name+"="+v)
			}
			assert.Contains(t, json.String(), fmt.Sprintf(`"name": "%s"`, o.Name))
		}
		for _, r := range p.Rules {
			assert.Regexp(t, `\b`+r.ID+`(,| |$)`, words, "rule")
			assert.Contains(t, words, r.Source, "source of %s", r.ID)
			assert.Contains(t, json.String(), fmt.Sprintf(`"id": "%s"`, r.ID))
		}
	}
	for line := range strings.Lines(text.String()) {
		if strings.HasPrefix(line, "    ") {
			assert.LessOrEqual(t, utf8.RuneCountInString(line), 121, "width of %q", line)
		}
	}
}

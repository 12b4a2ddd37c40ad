package report_test

import (
	"bytes"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios/check"
	"mxlab/scenarios/report"
)

// The whole of a run as JSON: field names and their order are a promise to the
// programs that read them.
func TestRunJSON(t *testing.T) {
	t.Parallel()
	r := made(t, "")
	r.Modes = refused(r).Modes[1:]
	r.Strays = []string{"a <stray>"}
	var b bytes.Buffer
	require.NoError(t, report.RunJSON(&b, runOf(r)))
	want, err := os.ReadFile("testdata/run.json")
	require.NoError(t, err)
	advice := regexp.MustCompile(`"advice": "[^"]+"`) // whose words may change
	got := advice.ReplaceAllString(b.String(), `"advice": "..."`)
	assert.Equal(t, string(want), got, "if a field was added on purpose, add it to testdata/run.json")
}

func TestEmptyJSONHasNoNull(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	require.NoError(t, report.RunJSON(&b, report.Run{}))
	require.NoError(t, report.CheckJSON(&b, &check.Report{}, false))
	require.NoError(t, report.ScenariosJSON(&b, nil))
	assert.NotContains(t, b.String(), "null")
	assert.Contains(t, b.String(), `"scenarios": []`)
	assert.Contains(t, b.String(), `"hosts": []`)
}

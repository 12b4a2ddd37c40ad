package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/scenarios/report"
	"mxlab/verify"
)

func failures(r report.Run) string {
	var b bytes.Buffer
	report.Failures(&b, r, report.Style{})
	return b.String()
}

func TestFailuresOfARunThatHolds(t *testing.T) {
	t.Parallel()
	assert.Empty(t, failures(runOf(made(t, ""), made(t, string(report.Golden(made(t, "")))))))
}

func TestFailureOfAClaim(t *testing.T) {
	t.Parallel()
	assert.Equal(t, strings.Join([]string{
		"",
		"made, esa/required-verify: a claim does not hold",
		"  claimed  verified domain    made.yaml:11",
		"  came to  deferred certificate-host-mismatch via mx01.example.com ?inferred",
		"  host 1   mx01.example.com 192.0.2.1: deferred certificate-host-mismatch",
		"    said (recalled): 4.7.5 <refused>",
		"    no match  test/rule  domain example.com, SAN example.com: other name",
		"    decided by test/rule",
		"",
	}, "\n"), failures(runOf(refused(made(t, "")))))
}

// Hosts behind the one that decided have no part in what came about.
func TestFailureShowsTheHostsThatWereTried(t *testing.T) {
	t.Parallel()
	r := refused(made(t, ""))
	m := &r.Modes[1]
	second, third := m.Verdicts[0], m.Verdicts[0]
	second.Host, second.TryNext, third.Host = "mx02.example.com", false, "mx03.example.com"
	m.Verdicts = append(m.Verdicts, second, third)
	m.Delivery = verify.Settle(m.Verdicts)
	m.Made = m.Delivery
	text := failures(runOf(r))
	assert.Contains(t, text, "host 1   mx01.example.com 192.0.2.1: deferred")
	assert.Contains(t, text, "host 2   mx02.example.com 192.0.2.1: deferred")
	assert.NotContains(t, text, "mx03.example.com")
}

func TestFailureOfTheAccounts(t *testing.T) {
	t.Parallel()
	lost := made(t, "")
	lost.Modes[1].Arrivals = nil
	lost.Strays = []string{"no host stands at 192.0.2.9, which was connected to"}
	assert.Equal(t, strings.Join([]string{
		"",
		"made, esa/required-verify: the accounts disagree",
		"  verified, but no host has the message",
		"",
		"made: the scenario is incomplete; a real sender would have looked elsewhere",
		"  no host stands at 192.0.2.9, which was connected to",
		"",
	}, "\n"), failures(runOf(lost)))
}

func TestFailureOfAGolden(t *testing.T) {
	t.Parallel()
	golden := string(report.Golden(made(t, "")))
	text := failures(runOf(made(t, strings.Replace(golden, "verified", "bounced", 1))))
	assert.Contains(t, text, "made: the golden file differs")
	assert.Contains(t, text, "--- made.golden\n+++ as it came about\n@@ ")
	assert.Regexp(t, `(?m)^-.*bounced`, text)
	assert.Regexp(t, `(?m)^\+.*verified`, text)
	assert.Less(t, strings.Count(text, "\n"), 20, "only what differs is shown:\n%s", text)
}

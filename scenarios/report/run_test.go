package report_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/scenarios/report"
	"mxlab/verify"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	golden := string(report.Golden(made(t, "")))
	held := runOf(made(t, golden), made(t, golden))
	assert.Equal(t, "2 scenarios, 2 modes: 4 claims and 2 goldens hold", held.Summary())
	assert.True(t, held.Holds())

	alone := runOf(made(t, ""))
	assert.Equal(t, "1 scenario, 2 modes: 2 claims hold", alone.Summary(), "without a golden file")
	assert.True(t, alone.Holds())

	differs := runOf(made(t, "something else\n"))
	assert.Equal(t, "1 scenario, 2 modes: 0 of 2 claims and 1 of 1 golden does not hold", differs.Summary())
	assert.False(t, differs.Holds(), "a golden differs")

	broken := runOf(refused(made(t, "")), made(t, golden))
	assert.Equal(t, "2 scenarios, 2 modes: 1 of 4 claims and 0 of 1 golden does not hold", broken.Summary())
	assert.False(t, broken.Holds(), "a claim is broken")

	stray := runOf(made(t, ""))
	stray.Results[0].Strays = []string{"no host stands at 192.0.2.9"}
	assert.Equal(t, "1 scenario, 2 modes: 2 claims hold; 1 stray", stray.Summary())
	assert.False(t, stray.Holds(), "a scenario is incomplete")

	lost := runOf(made(t, ""))
	lost.Results[0].Modes[1].Arrivals = nil
	assert.Equal(t, "1 scenario, 2 modes: 2 claims hold; 1 delivery not as judged", lost.Summary())
	assert.False(t, lost.Holds(), "the accounts disagree")

	written := runOf(made(t, ""))
	written.Results[0].Golden = report.GoldenWritten
	assert.Equal(t, "1 scenario, 2 modes: 2 claims and 1 golden hold; 1 golden written", written.Summary())

	some := runOf(made(t, ""))
	some.Results[0].Golden = report.GoldenSkipped
	assert.Equal(t, "1 scenario, 2 modes: 2 claims hold", some.Summary(), "goldens are not compared")

	none := report.Run{Modes: held.Modes}
	assert.Equal(t, "0 scenarios, 2 modes: 0 claims hold", none.Summary())
}

func TestCompareGolden(t *testing.T) {
	t.Parallel()
	golden := string(report.Golden(made(t, "")))
	assert.Equal(t, report.GoldenNone, report.CompareGolden(made(t, "")))
	assert.Equal(t, report.GoldenHolds, report.CompareGolden(made(t, golden)))
	assert.Equal(t, report.GoldenDiffers, report.CompareGolden(made(t, golden+"\n")))
	changed := made(t, golden)
	changed.Assessment.Modes[0].Delivery.Certainty = verify.Recalled
	assert.Equal(t, report.GoldenDiffers, report.CompareGolden(changed), "the certainty is part of a golden")
}

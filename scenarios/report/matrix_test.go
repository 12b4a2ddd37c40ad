package report_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

func ExampleMatrix() {
	list, err := scenarios.Find("hosted/ptr-not-mx", "starttls/closed-after-220")
	if err != nil {
		fmt.Println(err)
		return
	}
	modes := scenarios.Modes()[3:6]
	results, err := world.RunAll(context.Background(), list, func(*scenarios.Scenario) []verify.Policy { return modes }, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := report.Run{Modes: modes}
	for _, result := range results {
		r.Results = append(r.Results, report.Ran{Result: result, Golden: report.GoldenSkipped})
	}
	fmt.Println("three modes")
	report.Matrix(os.Stdout, r, false, report.Style{})
	// Output:
	// three modes
	//                            esa/4       esa/5       esa/6
	//                            preferred-  required-   required-
	//                            verify      verify      verify-
	//                                                    hosted-
	//                                                    domains
	// hosted/ptr-not-mx          verified    verified    deferred?
	// starttls/closed-after-220  deferred?   deferred?   deferred?
	// ?  rests on a rule that no document states; explain says which
}

// With many modes the columns are numbered, and a legend says what they are.
func ExampleMatrix_manyModes() {
	list, err := scenarios.Find("hosted/ptr-not-mx", "starttls/closed-after-220")
	if err != nil {
		fmt.Println(err)
		return
	}
	modes := scenarios.Modes()[:6]
	for _, options := range []string{"esa/5 algorithm=old", "esa/6 mx-names=connected", "esa/2 sni=host"} {
		p, err := scenarios.ParseMode(options)
		if err != nil {
			fmt.Println(err)
			return
		}
		modes = append(modes, p)
	}
	results, err := world.RunAll(context.Background(), list, func(*scenarios.Scenario) []verify.Policy { return modes }, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := report.Run{Modes: modes}
	for _, result := range results {
		r.Results = append(r.Results, report.Ran{Result: result, Golden: report.GoldenSkipped})
	}
	report.Matrix(os.Stdout, r, false, report.Style{})
	// Output:
	// esa       1 no, 2 preferred, 3 required, 4 preferred-verify, 5 required-verify,
	//           6 required-verify-hosted-domains, 7 required-verify algorithm=old,
	//           8 required-verify-hosted-domains mx-names=connected, 9 preferred sni=host
	// outcomes  ver verified, enc encrypted, cle cleartext, def deferred, bou bounced, div diverted
	//
	//                            esa
	//                            1    2    3    4    5    6    7    8    9
	// hosted/ptr-not-mx          cle  enc  enc  ver  ver  def? def? def? enc
	// starttls/closed-after-220  cle  def? def? def? def? def? def? def? def?
	// ?  rests on a rule that no document states; explain says which
}

func matrix(r report.Run, words bool, st report.Style) string {
	var b bytes.Buffer
	report.Matrix(&b, r, words, st)
	return b.String()
}

func TestMatrixMarksWhatDoesNotHold(t *testing.T) {
	t.Parallel()
	text := matrix(runOf(made(t, "")), false, report.Style{})
	assert.NotContains(t, text, "?")
	assert.NotContains(t, text, "!")

	text = matrix(runOf(refused(made(t, ""))), false, report.Style{})
	assert.Regexp(t, `(?m)^made +cleartext +deferred\?!$`, text)
	assert.Contains(t, text, "?  rests on a rule")
	assert.Contains(t, text, "!  not as claimed")

	lost := made(t, "")
	lost.Modes[0].Arrivals = nil
	assert.Regexp(t, `(?m)^made +cleartext! +verified$`, matrix(runOf(lost), false, report.Style{}))
}

func TestMatrixWithWords(t *testing.T) {
	t.Parallel()
	text := matrix(runOf(made(t, ""), refused(made(t, ""))), true, report.Style{})
	lines := strings.Split(text, "\n")
	require.Greater(t, len(lines), 9)
	assert.Equal(t, []string{
		"made  cleartext   verified",
		"    esa/no               cleartext via mx01.example.com",
		"    esa/required-verify  verified domain example.com via mx01.example.com",
		"made  cleartext   deferred?!",
		"    esa/no               cleartext via mx01.example.com",
		"    esa/required-verify  deferred certificate-host-mismatch via mx01.example.com ?inferred",
	}, lines[3:9])
}

// Colours are decoration: without them the same text remains.
func TestMatrixInColour(t *testing.T) {
	t.Parallel()
	r := runOf(refused(made(t, "")))
	coloured := matrix(r, true, report.Style{Color: true})
	assert.Contains(t, coloured, "\x1b[31mdeferred\x1b[0m")
	for _, code := range []string{"0", "1", "2", "31", "32", "33"} {
		coloured = strings.ReplaceAll(coloured, "\x1b["+code+"m", "")
	}
	assert.Equal(t, matrix(r, true, report.Style{}), coloured)
}

// The worlds of a story have its name once, and products stand apart.
func TestMatrixOfStories(t *testing.T) {
	t.Parallel()
	list, err := scenarios.Find("exchange/direct-trust-renewed-too-early", "hosted/ptr-not-mx")
	require.NoError(t, err)
	r := report.Run{Modes: scenarios.Modes()}
	for _, s := range list {
		r.Results = append(r.Results, report.Ran{Result: &world.Result{Scenario: s}})
	}
	text := matrix(r, false, report.Style{})
	assert.Contains(t, text, "\nexchange/direct-trust-renewed-too-early\n  /subscribed\n  /replaced\n  /subscribed-again\nhosted/ptr-not-mx\n")
	assert.Regexp(t, `(?m)^ +esa +exchange +exo`, text)
	assert.Regexp(t, `(?m)^ +1 2 3 4 5 6  1 2 3 4 5 6 7 8  1 2 3 4`, text)
}

// A matrix of the catalogue's names and all modes fits a terminal.
func TestMatrixIsNarrow(t *testing.T) {
	t.Parallel()
	long := ""
	for _, n := range scenarios.List() {
		if len(n) > len(long) {
			long = n
		}
	}
	r := report.Run{Modes: scenarios.Modes()}
	one := made(t, "")
	one.Scenario.Name = long
	proto := refused(made(t, "")).Modes[1]
	one.Modes = nil
	for _, p := range r.Modes {
		proto.Policy = p
		one.Modes = append(one.Modes, proto)
	}
	r.Results = []report.Ran{{Result: one}}
	for line := range strings.Lines(matrix(r, false, report.Style{})) {
		assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), 120, "width of %q", line)
	}
}

// A mode with options has them in its column's head; a mode that a scenario
// was not run under leaves its cell empty.
func TestMatrixOfOtherModes(t *testing.T) {
	t.Parallel()
	r := runOf(made(t, ""))
	p, err := scenarios.ParseMode("esa/6 mx-names=connected")
	require.NoError(t, err)
	r.Modes = []verify.Policy{p, r.Modes[1]}
	text := matrix(r, false, report.Style{})
	for _, part := range []string{"esa/6", "mx-names=", "connected"} {
		assert.Contains(t, text, part)
	}
	assert.Regexp(t, `(?m)^made {6,}verified$`, text)
}

package scenarios_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

// alike are the pairs of modes that no scenario can tell apart, each with the
// reason.
func alike() map[[2]string]string {
	return map[[2]string]string{
		{"esa/no", "exchange/ignore-starttls"}:                     "neither asks for TLS, and without it the products differ in when they try again and in nothing else",
		{"exchange/domain-validation", "exchange/domain-security"}: "without a TlsDomain both compare the recipient's domain, after the same checks; how sure each rule is differs",
		{"exchange/require-tls", "exchange/encryption-only"}:       "RequireTLS without a TlsAuthLevel demands what EncryptionOnly demands; only that is deduced, and the other stated",
	}
}

// outcomeLine is a line of a golden's outcomes: the words, and behind at least
// two blanks the modes that come to that.
var outcomeLine = regexp.MustCompile(`^  (.*?)(?: \?(?:inferred|recalled))?  +([a-z]+/.*)$`)

// TestEveryTwoModesDiffer: for each pair of modes there is a scenario in which
// they come to different results; or there can be none, for a reason. The
// results are those of the goldens, which the conformance suite holds to what
// comes about.
func TestEveryTwoModesDiffer(t *testing.T) {
	t.Parallel()
	all, err := scenarios.Find()
	require.NoError(t, err)
	modes := names(scenarios.Modes())
	apart := map[[2]string]string{}
	for _, s := range all {
		if s.Sender.Options != nil {
			continue // its modes are others
		}
		golden, ok := s.Golden()
		require.True(t, ok, s.Name)
		came := outcomesOf(string(golden))
		for i, a := range modes {
			for _, b := range modes[i+1:] {
				if came[a] != came[b] {
					apart[[2]string{a, b}] = s.Name
				}
			}
		}
	}
	for i, a := range modes {
		for _, b := range modes[i+1:] {
			pair := [2]string{a, b}
			if why, same := alike()[pair]; same {
				assert.Empty(t, apart[pair], "%s and %s differ; delete them from the list of those that cannot: %s", a, b, why)
			} else {
				assert.NotEmpty(t, apart[pair], "no scenario tells %s and %s apart; write one, or the reason for which there can be none", a, b)
			}
		}
	}
	for pair := range alike() {
		assert.Contains(t, modes, pair[0])
		assert.Contains(t, modes, pair[1])
	}
}

// outcomesOf reads what the modes of a golden came to.
func outcomesOf(golden string) map[string]string {
	came := map[string]string{}
	_, rest, _ := strings.Cut(golden, "\noutcomes\n")
	for line := range strings.Lines(rest) {
		m := outcomeLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			break
		}
		for mode := range strings.SplitSeq(m[2], ", ") {
			came[mode] = strings.TrimSpace(m[1])
		}
	}
	return came
}

// The reading of goldens above finds every mode, once.
func TestOutcomesOfGoldens(t *testing.T) {
	t.Parallel()
	all, err := scenarios.Find("hosted/ptr-not-mx")
	require.NoError(t, err)
	golden, _ := all[0].Golden()
	came := outcomesOf(string(golden))
	for _, mode := range names(scenarios.Modes()) {
		assert.Contains(t, came, mode)
	}
	assert.Equal(t, "verified ptr mx0a.emailhosted.not via mx01.subd.emailhosted.not", came["esa/required-verify"])
	assert.Equal(t, "deferred certificate-host-mismatch via mx02.subd.emailhosted.not", came["esa/required-verify-hosted-domains"])
	assert.True(t, slices.Contains(strings.Fields(came["exchange/require-tls"]), "encrypted"))
}

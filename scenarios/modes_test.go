package scenarios_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/verify"
)

func names(list []verify.Policy) []string {
	var out []string
	for _, p := range list {
		out = append(out, p.Mode())
	}
	return out
}

func TestModesAreInTheOrderOfTheMenu(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"esa/no", "esa/preferred", "esa/required", "esa/preferred-verify", "esa/required-verify",
		"esa/required-verify-hosted-domains",
		"exchange/opportunistic", "exchange/ignore-starttls", "exchange/require-tls", "exchange/encryption-only",
		"exchange/certificate-validation", "exchange/domain-validation", "exchange/domain-security", "exchange/direct-trust",
		"exo/opportunistic", "exo/encryption-only", "exo/certificate-validation", "exo/domain-validation",
		"postfix/none", "postfix/may", "postfix/encrypt", "postfix/fingerprint", "postfix/verify", "postfix/secure",
		"exim/as-shipped", "exim/tls-verify-hosts", "exim/hosts-require-tls", "exim/require-and-verify", "opensmtpd/relay", "opensmtpd/relay-tls-no-verify", "opensmtpd/relay-tls",
		"sendmail/opportunistic", "sendmail/encr", "sendmail/verify", "sendmail/verify-cn"}, names(scenarios.Modes()))
}

func TestParseMode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"esa/required-verify", "esa/required-verify"},
		{"esa/1", "esa/no"},
		{"esa/6", "esa/required-verify-hosted-domains"},
		{" esa/6   mx-names=connected ", "esa/required-verify-hosted-domains mx-names=connected"},
		{"esa/6 mx-names=all", "esa/required-verify-hosted-domains"},
		{"esa/6 mx-names=connected wildcard=rfc2818", "esa/required-verify-hosted-domains wildcard=rfc2818 mx-names=connected"},
	} {
		p, err := scenarios.ParseMode(c.in)
		if assert.NoError(t, err, "mode %q", c.in) {
			assert.Equal(t, c.want, p.Mode(), "canonical form of %q", c.in)
		}
	}
}

func TestParseModeTellsTheOffset(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in     string
		offset int
	}{
		{"", 0}, {"  ", 0}, {" esb/no", 1}, {"esa", 3}, {"esa/", 4}, {"esa/0", 4}, {"esa/66", 4}, {"esa/nope", 4},
		{"esa/5 x", 6}, {"esa/5  tls=", 7}, {"esa/5 =1", 6}, {"esa/5 tls=1.0 tls=1.1", 14}, {"esa/5 tls=0.9", 10},
		{"esa/5 wildcard=rfc2818 tsl=1.0", 23}, {"esa/1 tls=1.0", 6},
	} {
		_, err := scenarios.ParseMode(c.in)
		var at *scenarios.SyntaxError
		if assert.True(t, errors.As(err, &at), "ParseMode(%q) gives a SyntaxError, not %v", c.in, err) {
			assert.Equal(t, c.offset, at.Offset, "offset of: %v, in %q", err, c.in)
		}
	}
}

func TestMatchModes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern string
		want    int
	}{
		{"*", len(scenarios.Modes())}, {"esa", 6}, {"esa/*", 6}, {"esa/*verify*", 3}, {"esa/required*", 3}, {"esa/4", 1}, {"ex*/opportunistic", 2},
		{"esa/required-verify", 1}, {"esa/6 mx-names=connected", 1},
	} {
		list, err := scenarios.MatchModes(c.pattern)
		require.NoError(t, err, "pattern %q", c.pattern)
		assert.Equal(t, c.want, len(list), "pattern %q selects %q", c.pattern, names(list))
	}
	for _, pattern := range []string{"", "eas", "esa/[", "esa/*x*", "esa/requird", "qmail/*"} {
		list, err := scenarios.MatchModes(pattern)
		var at *scenarios.SyntaxError
		assert.True(t, errors.As(err, &at), "pattern %q gives a SyntaxError, not %v", pattern, err)
		assert.Empty(t, list, "pattern %q", pattern)
	}
}

// A sender's option counts in every product that has it, so it must not mean
// two things: what one product writes with a word is written so by all.
func TestOptionsOfOneNameHaveTheSameValues(t *testing.T) {
	t.Parallel()
	values := map[string][]string{}
	for _, p := range scenarios.Products() {
		for _, o := range p.Options {
			sorted := slices.Sorted(slices.Values(o.Values))
			if before, ok := values[o.Name]; ok {
				assert.Equal(t, before, sorted, "the values of %s of %s", o.Name, p.Name)
			}
			values[o.Name] = sorted
		}
	}
}

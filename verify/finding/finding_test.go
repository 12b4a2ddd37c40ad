package finding_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify/finding"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range finding.Kinds() {
		assert.Regexp(t, `^[a-z0-9.]+(-[a-z0-9.]+)*$`, k.ID)
		assert.False(t, seen[k.ID], "%s stands twice", k.ID)
		seen[k.ID] = true
		assert.Same(t, k, finding.Lookup(k.ID))
		assert.Regexp(t, `^[a-zA-Z].*[^.]$`, k.Text, "%s: a clause, without a full stop", k.ID)
		assert.Regexp(t, `^(recipient|sender)'s end: .*[^.]$`, k.Cure, "%s: what to do begins with the end at which", k.ID)
		assert.Contains(t, finding.Severities(), k.Severity)
	}
	assert.Nil(t, finding.Lookup("no-such-thing"))
}

func TestSort(t *testing.T) {
	t.Parallel()
	low, high := finding.Lookup("ptr-missing"), finding.Lookup("certificate-expired")
	a := netip.MustParseAddr("192.0.2.1")
	got := finding.Sort([]finding.Finding{{Kind: low, Addr: a}, {Kind: high, Host: "b"}, {Kind: low, Addr: a}, {Kind: high, Host: "a"}})
	assert.Equal(t, []finding.Finding{{Kind: high, Host: "b"}, {Kind: high, Host: "a"}, {Kind: low, Addr: a}}, got,
		"the gravest first, else in the order in which they were found, each once")

	worst, any := finding.Worst(got)
	assert.True(t, any)
	assert.Equal(t, finding.High, worst)
	_, any = finding.Worst(nil)
	assert.False(t, any, "there are none")
}

package finding_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/internal/testca"
	"mxlab/verify"
	"mxlab/verify/finding"
)

// What is wrong with a certificate is found, and nothing else.
func TestCertificates(t *testing.T) {
	t.Parallel()
	a := authority(t)
	for name, row := range map[string]struct {
		change func(*x509.Certificate)
		want   []string
	}{
		"sound":         {nil, nil},
		"wildcard":      {func(c *x509.Certificate) { c.DNSNames = []string{"*.example.com"} }, nil},
		"expired":       {func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Minute) }, []string{"certificate-expired: the host's own"}},
		"expires now":   {func(c *x509.Certificate) { c.NotAfter = now }, []string{"certificate-expires-soon: the host's own"}},
		"in 13 days":    {func(c *x509.Certificate) { c.NotAfter = now.AddDate(0, 0, 13) }, []string{"certificate-expires-soon: the host's own"}},
		"in 14 days":    {func(c *x509.Certificate) { c.NotAfter = now.AddDate(0, 0, 14) }, nil},
		"not yet valid": {func(c *x509.Certificate) { c.NotBefore = now.Add(time.Minute) }, []string{"certificate-not-yet-valid: the host's own"}},
		"for clients":   {func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }, []string{"certificate-wrong-usage: the host's own"}},
		"too deep":      {func(c *x509.Certificate) { c.DNSNames = []string{"*.com"} }, []string{"certificate-name-mismatch: SAN *.com: the star stands for exactly one label"}},
		"other names":   {func(c *x509.Certificate) { c.DNSNames = []string{"a", "b", "c", "d", "e"} }, []string{"certificate-name-mismatch: SAN a, b, c, d, and 1 more: other name"}},
		"only the CN":   {func(c *x509.Certificate) { c.DNSNames, c.Subject = nil, pkix.Name{CommonName: "mx.example.com"} }, []string{"certificate-name-only-in-cn: CN mx.example.com"}},
		"another CN":    {func(c *x509.Certificate) { c.DNSNames, c.Subject = nil, pkix.Name{CommonName: "mx"} }, []string{"certificate-name-mismatch: no dNSName, CN mx"}},
		"CN beside SAN": {func(c *x509.Certificate) {
			c.DNSNames, c.Subject = []string{"x"}, pkix.Name{CommonName: "mx.example.com"}
		}, []string{"certificate-name-mismatch: SAN x: other name"}},
		"no name at all": {func(c *x509.Certificate) { c.DNSNames = nil }, []string{"certificate-name-mismatch: no name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := evidence(t, a)
			hold(ev, finding.Named(), shows(a.leaf(t, row.change), a.sub.Raw))
			assert.Equal(t, row.want, found(t, ev))
		})
	}
}

// What is wrong with the chain as it is sent is found.
func TestChains(t *testing.T) {
	t.Parallel()
	a := authority(t)
	leaf := a.leaf(t, nil)
	own := a.leaf(t, func(c *x509.Certificate) { c.DNSNames = []string{"other.example.com"} })
	for name, row := range map[string]struct {
		chain [][]byte
		want  []string
	}{
		"no intermediate": {[][]byte{leaf}, []string{"intermediate-missing: the host's own"}},
		"with the root":   {[][]byte{leaf, a.sub.Raw, a.root.Raw}, []string{"chain-superfluous: 1 of 3"}},
		"twice":           {[][]byte{leaf, a.sub.Raw, leaf, a.sub.Raw}, []string{"chain-superfluous: 2 of 4"}},
		"with a stranger": {[][]byte{leaf, own, a.sub.Raw}, []string{"chain-superfluous: 1 of 3"}},
		"unreadable":      {[][]byte{leaf[:len(leaf)-5]}, []string{"certificate-unreadable: the host's own"}},
		"none":            {nil, []string{"certificate-unreadable: the host's own"}},
		"self-signed":     {[][]byte{a.root.Raw[:len(a.root.Raw):len(a.root.Raw)]}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := evidence(t, a)
			if row.want == nil {
				ev.Anchors = nil
				row.want = []string{"certificate-self-signed: the host's own", "certificate-wrong-usage: the host's own", "certificate-name-mismatch: no dNSName, CN root"}
			}
			hold(ev, finding.Named(), shows(row.chain...))
			assert.Equal(t, row.want, found(t, ev))
		})
	}
}

// A certificate of two authorities one below the other, sent in the wrong order.
func TestDisorderedChain(t *testing.T) {
	t.Parallel()
	a := authority(t)
	below := a.sub.Issue(t, "deep", testca.Authority)
	leaf := below.Issue(t, "mx.example.com")
	ev := evidence(t, a)
	hold(ev, finding.Named(), shows(leaf.Raw, a.sub.Raw, below.Raw))
	assert.Equal(t, []string{"chain-disordered"}, found(t, ev))
	ev = evidence(t, a)
	hold(ev, finding.Named(), shows(leaf.Raw, below.Raw, a.sub.Raw))
	assert.Empty(t, found(t, ev))
	ev.Anchors = nil
	assert.Equal(t, []string{"certificate-not-trusted: issuer 2"}, found(t, verify.Evidence{Domain: ev.Domain, Now: now, Hop: hop, Lookups: ev.Lookups, Sessions: ev.Sessions}))
}

// A date stands beside a finding, where the stable form can leave it out.
func TestDatesAreMoments(t *testing.T) {
	t.Parallel()
	a := authority(t)
	ev := evidence(t, a)
	hold(ev, finding.Named(), shows(a.leaf(t, func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Minute) }), a.sub.Raw))
	got := all(t, ev)
	require.Len(t, got, 1)
	assert.Equal(t, "from 2026-06-01 11:00 UTC until 2026-06-01 11:59 UTC", got[0].Moment)
	assert.Equal(t, finding.Finding{Kind: finding.Lookup("certificate-expired"), Host: "mx.example.com", Addr: addr.Addr(), Detail: "the host's own", Moment: got[0].Moment}, got[0])
}

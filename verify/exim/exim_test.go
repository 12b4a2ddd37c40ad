package exim_test

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/internal/testca"
	"mxlab/verify"
	"mxlab/verify/exim"
)

// TestMatch: the first rows were seen in the product, the others follow
// _gnutls_hostname_compare.
func TestMatch(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		presented []string
		reference string
		matched   string
		why       verify.Mismatch
	}{
		{[]string{"example.net", "MX1.Example.com"}, "mx1.example.com", "MX1.Example.com", ""},
		{[]string{"*.example.com"}, "mx1.example.com", "*.example.com", ""},
		{[]string{"*.example.com"}, "a.mx1.example.com", "", verify.StarLabels},
		{[]string{"*.example.com"}, "example.com", "", verify.StarLabels},
		{[]string{"*.example"}, "shop.example", "", verify.StarAlone},
		{[]string{"*"}, "mx1.example.com", "", verify.StarAlone},
		{[]string{"mx*.example.com"}, "mx1.example.com", "", verify.StarPart},
		{[]string{"mx1.*.hoster.example"}, "mx1.south.hoster.example", "", verify.StarPart},
		{[]string{"mx1.example.com\x00.example.net"}, "mx1.example.com", "", verify.NotHostName},
		{[]string{"mx1.example.com."}, "mx1.example.com", "", verify.OtherName},
		{[]string{"192.0.2.1"}, "192.0.2.1", "192.0.2.1", ""},
		{[]string{"*.0.2.1"}, "192.0.2.1", "", verify.OtherName},
		{[]string{"*.example.com."}, "mx1.example.com", "", verify.StarAlone},
		{nil, "mx1.example.com", "", verify.NoNames},
	} {
		matched, why := exim.Match(row.presented, row.reference)
		assert.Equal(t, row.matched, matched, "%q against %s", row.presented, row.reference)
		assert.Equal(t, row.why, why, "%q against %s", row.presented, row.reference)
	}
}

// TestSchedule: F,2h,15m; G,16h,1h,1.5; F,4d,6h.
func TestSchedule(t *testing.T) {
	t.Parallel()
	p, err := exim.New("as-shipped", nil)
	require.NoError(t, err)
	s := p.Schedule()
	for _, row := range []struct {
		age, wait time.Duration
		again     bool
	}{
		{time.Second, 15 * time.Minute, true},
		{119 * time.Minute, 15 * time.Minute, true},
		{2 * time.Hour, time.Hour, true},
		{3 * time.Hour, 90 * time.Minute, true},
		{4*time.Hour + 30*time.Minute, 135 * time.Minute, true},
		{5 * time.Hour, 135 * time.Minute, true}, // the last one was late
		{16 * time.Hour, 6 * time.Hour, true},
		{96*time.Hour - time.Second, 6 * time.Hour, true},
		{96 * time.Hour, 6 * time.Hour, false},
	} {
		due, again := s.Next(1, row.age, verify.SMTPRefused)
		assert.Equal(t, row.age+row.wait, due, "at the age of %v", row.age)
		assert.Equal(t, row.again, again, "at the age of %v", row.age)
	}
}

// TestRefuses: what GnuTLS ends the handshake for, at the edges.
func TestRefuses(t *testing.T) {
	t.Parallel()
	const signed, transported = tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_128_GCM_SHA256
	for _, row := range []struct {
		usage   x509.KeyUsage
		cipher  uint16
		refused bool
	}{
		{0, signed, false},
		{x509.KeyUsageDigitalSignature, signed, false},
		{x509.KeyUsageKeyEncipherment, signed, true},
		{x509.KeyUsageKeyEncipherment, transported, false},
		{x509.KeyUsageDigitalSignature, transported, true},
	} {
		leaf := testca.Root(t, "CA").Issue(t, "mx", func(c *x509.Certificate) { c.KeyUsage = row.usage })
		assert.Equal(t, row.refused, exim.Refuses(&verify.TLS{Version: tls.VersionTLS12, Cipher: row.cipher, Chain: [][]byte{leaf.Raw}}), "%b with %x", row.usage, row.cipher)
	}
	chain := func(octets int) *verify.TLS {
		return &verify.TLS{Version: tls.VersionTLS13, Chain: [][]byte{make([]byte, octets-9)}}
	}
	assert.False(t, exim.Refuses(chain(130304)))
	assert.True(t, exim.Refuses(chain(130305)))
}

package pki_test

import (
	"crypto"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/pki"
)

// In a random lab the keys are its own, and everything else is as the lines say.
func TestRandom(t *testing.T) {
	t.Parallel()
	lines := []string{"ec: SAN=mx.example.com", "ed: SAN=mx.example.com key=ed25519", "rsa: SAN=mx.example.com key=rsa1024",
		"again: SAN=mx.example.com key-of=rsa", "other: SAN=mx.example.com key=rsa1024"}
	made := func(options ...pki.Option) map[string]*pki.Certificate {
		lab, all := pki.NewLab(noon, options...), map[string]*pki.Certificate{}
		for _, l := range lines {
			label, text, _ := strings.Cut(l, ": ")
			s, err := pki.ParseLine(text)
			require.NoError(t, err, l)
			require.NoError(t, lab.Add(label, s), l)
		}
		for _, l := range lines {
			label, _, _ := strings.Cut(l, ": ")
			c := issue(t, lab, label)
			_, err := verify(t, lab, c, noon)
			require.NoError(t, err, label)
			assert.Equal(t, noon.Add(-30*24*time.Hour), c.Leaf.NotBefore, "the validity of %s", label)
			all[label] = c
		}
		return all
	}
	known, one, two := made(), made(pki.Random()), made(pki.Random())
	same := func(a, b crypto.Signer) bool {
		return a.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(b.Public())
	}
	for label := range known {
		for _, other := range []map[string]*pki.Certificate{known, two} {
			assert.False(t, same(one[label].Key, other[label].Key), "%s has a key that another lab has", label)
			assert.NotEqual(t, one[label].Leaf.SerialNumber, other[label].Leaf.SerialNumber, label)
		}
	}
	assert.True(t, same(one["rsa"].Key, one["again"].Key), "key-of=")
	assert.False(t, same(one["rsa"].Key, one["other"].Key), "two labels")
}

// Whoever finds a root in a trust store is told what it is, and of which lab.
func TestRandomRootsWarn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 2 {
		roots, err := pki.NewLab(noon, pki.Random()).RootsOf([]string{"public", "private"})
		require.NoError(t, err)
		require.Len(t, roots, 2)
		for _, r := range roots {
			name := r.Subject.CommonName
			assert.Contains(t, name, " of a lab, trust it nowhere else (")
			assert.LessOrEqual(t, len(name), 64, "RFC 5280 appendix A.1, ub-common-name: %s", name)
			assert.False(t, seen[name], name)
			seen[name] = true
		}
	}
}

// Who trusts the roots of a lab trusts those of a later one with the same keys.
func TestRandomKeysCanBeShared(t *testing.T) {
	t.Parallel()
	keys := pki.Random()
	before, err := pki.NewLab(noon, keys).RootsOf([]string{"public"})
	require.NoError(t, err)
	lab := pki.NewLab(noon.Add(24*time.Hour), keys)
	s, err := pki.ParseLine("SAN=mx.example.com")
	require.NoError(t, err)
	require.NoError(t, lab.Add("mx", s))
	c := issue(t, lab, "mx")
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(before[0])
	for _, der := range c.Sent[1:] {
		parsed, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		between.AddCert(parsed)
	}
	_, err = c.Leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: noon.Add(24 * time.Hour), DNSName: "mx.example.com"})
	assert.NoError(t, err)
}

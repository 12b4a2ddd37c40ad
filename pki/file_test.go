package pki_test

import (
	"crypto"
	"crypto/tls"
	"encoding/pem"
	"testing"

	"mxlab/pki"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"
)

// What is written is what a host sends, with the key that fits, in both forms.
func TestFiles(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"p256", "rsa2048", "ed25519"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			lab := newLab(t, noon, "a: SAN=mx.example.com send=leaf,issuer,root key="+key)
			c := issue(t, lab, "a")
			chain, keyText, err := c.PEM()
			require.NoError(t, err)
			pair, err := tls.X509KeyPair(chain, keyText)
			require.NoError(t, err)
			assert.Equal(t, c.Sent, pair.Certificate)

			file, err := c.PKCS12("secret")
			require.NoError(t, err)
			got, leaf, others, err := pkcs12.DecodeChain(file, "secret")
			require.NoError(t, err)
			assert.Equal(t, c.Sent, [][]byte{leaf.Raw, others[0].Raw, others[1].Raw})
			assert.True(t, got.(interface{ Equal(crypto.PrivateKey) bool }).Equal(c.Key), "the key")

			again, err := issue(t, newLab(t, noon, "a: SAN=mx.example.com send=leaf,issuer,root key="+key), "a").PKCS12("secret")
			require.NoError(t, err)
			assert.Equal(t, file, again, "the same line gives the same bytes")
		})
	}
}

// What nobody can parse can be written down too.
func TestBrokenFile(t *testing.T) {
	t.Parallel()
	c := issue(t, newLab(t, noon, "a: CN=a der=broken"), "a")
	_, err := c.PKCS12("secret")
	require.NoError(t, err)
	chain, _, err := c.PEM()
	require.NoError(t, err)
	assert.Contains(t, string(chain), "BEGIN CERTIFICATE")
}

func TestTrustFiles(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon, `own: ca CN="Own Root" self-signed trusted`)
	assert.Equal(t, []string{"mxlab Public Root", "Own Root"}, pemNames(t, pki.TrustPEM(lab.Roots())))
	file, err := pki.TrustPKCS12(lab.Roots(), "secret")
	require.NoError(t, err)
	roots, err := pkcs12.DecodeTrustStore(file, "secret")
	require.NoError(t, err)
	require.Len(t, roots, 2)
	assert.Equal(t, lab.Roots()[1].Raw, roots[1].Raw)
}

// A sender may list what it trusts.
func TestRootsOf(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon, `own: ca CN="Own Root" self-signed`, "odd: ca CN=Odd self-signed serial=negative")
	roots, err := lab.RootsOf([]string{"own", "private", "odd"})
	require.NoError(t, err)
	assert.Equal(t, []string{"Own Root", "mxlab Private Root"}, pemNames(t, pki.TrustPEM(roots)), "one that cannot be parsed is left out")
	_, err = lab.RootsOf([]string{"public", "nobody"})
	assert.ErrorContains(t, err, `trust "nobody"`)
}

// pemNames lists the common names of certificates in PEM.
func pemNames(t *testing.T, text []byte) []string {
	t.Helper()
	var ders [][]byte
	for len(text) > 0 {
		block, rest := pem.Decode(text)
		require.NotNil(t, block)
		ders, text = append(ders, block.Bytes), rest
	}
	return names(t, ders)
}

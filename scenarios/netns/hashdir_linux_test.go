package netns

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/pki"
)

func rooted(t *testing.T, subject []byte) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), RawSubject: subject, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	c, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return c
}

func subject(t *testing.T, n pkix.Name) []byte {
	t.Helper()
	der, err := asn1.Marshal(n.ToRDNSequence())
	require.NoError(t, err)
	return der
}

// The hash of the one lab root whose name does not change, as openssl says it.
func TestSubjectHash(t *testing.T) {
	t.Parallel()
	got, err := subjectHash(pki.NewLab(time.Unix(1e9, 0)).Roots()[0])
	require.NoError(t, err)
	assert.Equal(t, "c15db951", got)
}

// The command computes the same of every kind of name.
func TestSubjectHashAgainstOpenSSL(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("the openssl command is missing; install openssl to compare with it")
	}
	for name, der := range map[string][]byte{
		"blanks and capitals": subject(t, pkix.Name{CommonName: "  Two  Blanks \t and Capitals  "}),
		"several attributes":  subject(t, pkix.Name{Country: []string{"XX"}, Organization: []string{"An Org", "Another"}, CommonName: "Root"}),
		"beyond ASCII":        subject(t, pkix.Name{CommonName: "Prüfstelle ÄÖ"}),
		"IA5String":           subject(t, pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, Value: asn1.RawValue{Tag: asn1.TagIA5String, Bytes: []byte("Me@Example.com")}}}}),
		"empty":               {0x30, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := rooted(t, der)
			cmd := exec.CommandContext(t.Context(), "openssl", "x509", "-noout", "-hash")
			cmd.Stdin = strings.NewReader(string(pki.TrustPEM([]*x509.Certificate{c})))
			want, err := cmd.Output()
			require.NoError(t, err)
			got, err := subjectHash(c)
			require.NoError(t, err)
			assert.Equal(t, strings.TrimSpace(string(want)), got)
		})
	}
}

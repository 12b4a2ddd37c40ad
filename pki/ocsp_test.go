package pki_test

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"testing"

	"mxlab/pki"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"
)

// number gives a serial number, also of a certificate that crypto/x509 cannot
// read.
func number(t testing.TB, c *pki.Certificate) *big.Int {
	t.Helper()
	if c.Leaf != nil {
		return c.Leaf.SerialNumber
	}
	var parts struct {
		TBS struct {
			Version int `asn1:"explicit,tag:0"`
			Serial  *big.Int
		}
	}
	_, err := asn1.Unmarshal(c.Sent[0], &parts)
	require.NoError(t, err)
	return parts.TBS.Serial
}

// question asks about a certificate of an authority.
func question(t testing.TB, serial *big.Int, issuer *x509.Certificate, hash crypto.Hash) []byte {
	t.Helper()
	der, err := ocsp.CreateRequest(&x509.Certificate{SerialNumber: serial}, issuer, &ocsp.RequestOptions{Hash: hash})
	require.NoError(t, err)
	return der
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	lab := revocationLab(t)
	for _, row := range []struct {
		line, of, about string
		status          int
	}{
		{"ocsp", "certificate", "good", ocsp.Good},
		{"ocsp", "certificate", "bad", ocsp.Revoked},
		{"ocsp", "certificate", "soon", ocsp.Good},
		{"ocsp from=+2d until=+3d", "certificate", "soon", ocsp.Revoked},
		{"ocsp from=-3d until=+3d", "certificate", "bad", ocsp.Good},
		{"ocsp", "certificate", "below", ocsp.Unknown},
		{"ocsp root", "certificate of=public root", "sub", ocsp.Revoked},
		{"ocsp issuer=sub", "certificate of=sub", "below", ocsp.Revoked},
		{"ocsp issuer=sub", "certificate of=sub", "odd", ocsp.Revoked},
		{"ocsp issuer=sub signed-by=responder", "certificate of=sub", "below", ocsp.Revoked},
		{"ocsp issuer=two", "certificate of=two", "twos", ocsp.Revoked},
		{"ocsp answers=good", "certificate", "bad", ocsp.Good},
		{"ocsp answers=revoked", "certificate", "good", ocsp.Revoked},
		{"ocsp answers=unknown", "certificate", "good", ocsp.Unknown},
	} {
		for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
			issuer, serial := authority(t, lab, row.of), number(t, issue(t, lab, row.about))
			der := publish(t, lab, row.line, question(t, serial, issuer, hash), noon)
			// The signature is checked with the issuer's key, or with that of a
			// responder whose certificate the issuer signed.
			got, err := ocsp.ParseResponse(der, issuer)
			require.NoError(t, err, row.line)
			assert.Equal(t, row.status, got.Status, "%s about %s", row.line, row.about)
			assert.Equal(t, serial, got.SerialNumber)
			assert.Equal(t, hash, got.IssuerHash)
			assert.Equal(t, got.ThisUpdate, got.ProducedAt, "not the wall clock's")
		}
	}
	issuer := authority(t, lab, "certificate")
	der := publish(t, lab, "ocsp", question(t, number(t, issue(t, lab, "bad")), issuer, crypto.SHA1), noon)
	got, err := ocsp.ParseResponse(der, issuer)
	require.NoError(t, err)
	assert.Equal(t, noon.Add(-2*day), got.RevokedAt)
	assert.Equal(t, noon.Add(-day), got.ThisUpdate)
	assert.Equal(t, noon.Add(6*day), got.NextUpdate)
	assert.Equal(t, der, publish(t, revocationLab(t), "ocsp", question(t, got.SerialNumber, issuer, crypto.SHA1), noon), "equal lines give equal bytes")
	der = publish(t, lab, "ocsp until=none", question(t, got.SerialNumber, issuer, crypto.SHA1), noon)
	got, err = ocsp.ParseResponse(der, issuer)
	require.NoError(t, err)
	assert.True(t, got.NextUpdate.IsZero(), "newer answers are always there")
}

func TestAnswersWithoutSignature(t *testing.T) {
	t.Parallel()
	lab := revocationLab(t)
	twin := authority(t, newLab(t, noon, "twin: ca CN=Sub"), "certificate of=twin") // of the same name, with another key
	ours := question(t, big.NewInt(7), authority(t, lab, "certificate"), crypto.SHA1)
	for _, row := range []struct {
		line    string
		request []byte
		status  ocsp.ResponseStatus
	}{
		{"ocsp answers=try-later", ours, ocsp.TryLater},
		{"ocsp answers=unauthorized", ours, ocsp.Unauthorized},
		{"ocsp issuer=private", ours, ocsp.Unauthorized},
		{"ocsp issuer=sub", question(t, big.NewInt(7), twin, crypto.SHA1), ocsp.Unauthorized},
		{"ocsp", nil, ocsp.Malformed},
		{"ocsp", ours[:len(ours)-1], ocsp.Malformed},
	} {
		_, err := ocsp.ParseResponse(publish(t, lab, row.line, row.request, noon), nil)
		assert.Equal(t, ocsp.ResponseError{Status: row.status}, err, row.line)
	}
}

// The wrong responder signs well, but nobody asked it.
func TestWrongResponder(t *testing.T) {
	t.Parallel()
	lab := revocationLab(t)
	issuer := authority(t, lab, "certificate")
	der := publish(t, lab, "ocsp signed-by=private", question(t, big.NewInt(7), issuer, crypto.SHA1), noon)
	_, err := ocsp.ParseResponse(der, issuer)
	assert.ErrorContains(t, err, "bad OCSP signature", "the issuer did not sign the responder's certificate")
	got, err := ocsp.ParseResponse(der, nil)
	require.NoError(t, err, "its own key did sign")
	assert.Equal(t, "mxlab Private Issuing CA", got.Certificate.Subject.CommonName)
	assert.Equal(t, got.Certificate.RawSubject, got.RawResponderName)

	_, err = ocsp.ParseResponse(publish(t, lab, "ocsp der=broken", question(t, big.NewInt(7), issuer, crypto.SHA1), noon), issuer)
	assert.Error(t, err)
}

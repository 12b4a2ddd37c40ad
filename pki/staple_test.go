package pki_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"
)

func TestStaple(t *testing.T) {
	t.Parallel()
	now := noon.Add(3 * day)
	for word, check := range map[string]func(t *testing.T, got *ocsp.Response, err error){
		"good":    func(t *testing.T, got *ocsp.Response, _ error) { assert.Equal(t, ocsp.Good, got.Status) },
		"revoked": func(t *testing.T, got *ocsp.Response, _ error) { assert.Equal(t, ocsp.Revoked, got.Status) },
		"unknown": func(t *testing.T, got *ocsp.Response, _ error) { assert.Equal(t, ocsp.Unknown, got.Status) },
		"expired": func(t *testing.T, got *ocsp.Response, _ error) { assert.Equal(t, now.Add(-day), got.NextUpdate) },
		"try-later": func(t *testing.T, _ *ocsp.Response, err error) {
			assert.Equal(t, ocsp.ResponseError{Status: ocsp.TryLater}, err)
		},
		"wrong-signer":      func(t *testing.T, _ *ocsp.Response, err error) { assert.ErrorContains(t, err, "bad OCSP signature") },
		"wrong-certificate": func(t *testing.T, got *ocsp.Response, _ error) { assert.Equal(t, ocsp.Good, got.Status) },
		"broken":            func(t *testing.T, _ *ocsp.Response, err error) { assert.Error(t, err) },
	} {
		for _, issuer := range []string{"public", "private"} {
			t.Run(word+" "+issuer, func(t *testing.T) {
				t.Parallel()
				lab := newLab(t, noon, "a: CN=a.example must-staple staple="+word+" issuer="+issuer)
				der, err := lab.Staple("a", now)
				require.NoError(t, err)
				got, err := ocsp.ParseResponse(der, authority(t, lab, "certificate of="+issuer))
				check(t, got, err)
				if err == nil {
					same := number(t, issue(t, lab, "a")).Cmp(got.SerialNumber) == 0
					assert.Equal(t, word != "wrong-certificate", same, "the certificate that it is about")
					assert.False(t, got.ThisUpdate.After(now))
					assert.Equal(t, word == "expired", got.NextUpdate.Before(now))
					assert.Less(t, now.Sub(got.ThisUpdate), 9*24*time.Hour)
				}
				again, err := lab.Staple("a", now)
				require.NoError(t, err)
				assert.Equal(t, der, again)
			})
		}
	}
	lab := newLab(t, noon, "a: CN=a.example", "own: CN=own.example self-signed staple=good revoked=-2d")
	der, err := lab.Staple("a", now)
	require.NoError(t, err)
	assert.Nil(t, der)
	der, err = lab.Staple("own", now)
	require.NoError(t, err)
	_, err = ocsp.ParseResponse(der, issue(t, lab, "own").Leaf)
	assert.NoError(t, err, "signed by its own key")
	_, err = lab.Staple("b", now)
	assert.ErrorContains(t, err, "no certificate line has this label")
}

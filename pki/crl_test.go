package pki_test

import (
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"mxlab/pki"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func publication(t testing.TB, line string) pki.Publication {
	t.Helper()
	p, err := pki.ParsePublication(line)
	require.NoError(t, err, line)
	return p
}

func publish(t testing.TB, lab *pki.Lab, line string, request []byte, at time.Time) []byte {
	t.Helper()
	der, err := lab.Publish(publication(t, line), request, at)
	require.NoError(t, err, line)
	return der
}

// list reads a list with crypto/x509.
func list(t testing.TB, lab *pki.Lab, line string, at time.Time) *x509.RevocationList {
	t.Helper()
	l, err := x509.ParseRevocationList(publish(t, lab, line, nil, at))
	require.NoError(t, err, line)
	return l
}

// authority gives the certificate that a line with aia= leads to.
func authority(t testing.TB, lab *pki.Lab, line string) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(publish(t, lab, line, nil, noon))
	require.NoError(t, err, line)
	return c
}

func serials(l *x509.RevocationList) []*big.Int {
	var all []*big.Int
	for _, e := range l.RevokedCertificateEntries {
		all = append(all, e.SerialNumber)
	}
	return all
}

func revocationLab(t testing.TB) *pki.Lab {
	return newLab(t, noon,
		"sub: ca CN=Sub revoked",
		"bad: CN=bad.example revoked=-2d",
		"soon: CN=soon.example revoked=+2d",
		"good: CN=good.example",
		"below: CN=below.example issuer=sub revoked=-3d",
		"own: CN=own.example issuer=private revoked",
		"odd: CN=odd.example issuer=sub serial=negative revoked=-3d",
		"weak: ca CN=Weak ku=keyCertSign",
		`two: ca CN="Own CA" CN=Second key=rsa2048`,
		"unreadable: ca CN=Unreadable serial=negative",
		"twos: CN=t.example issuer=two revoked=-3d",
		"alone: ca CN=Alone self-signed revoked",
		"responder: CN=Responder eku=OCSPSigning issuer=sub",
	)
}

// Each list is signed by its authority and has what this one revoked.
func TestLists(t *testing.T) {
	t.Parallel()
	lab := revocationLab(t)
	for line, want := range map[string]struct {
		of      string
		revoked []string
	}{
		"crl issuer=public":          {"certificate of=public", []string{"bad"}},
		"crl issuer=private":         {"certificate of=private", []string{"own"}},
		"crl issuer=public root":     {"certificate of=public root", []string{"sub"}},
		"crl issuer=private root":    {"certificate of=private root", nil},
		"crl issuer=sub":             {"certificate of=sub", []string{"below", "odd"}},
		"crl issuer=alone":           {"certificate of=alone", []string{"alone"}},
		"crl issuer=two":             {"certificate of=two", []string{"twos"}},
		"crl only=user":              {"certificate of=public", []string{"bad"}},
		"crl only=ca":                {"certificate of=public", nil},
		"crl root only=ca":           {"certificate of=public root", []string{"sub"}},
		"crl from=-3d until=+3d":     {"certificate of=public", nil},
		"crl from=+2d until=+3d":     {"certificate of=public", []string{"bad", "soon"}},
		"crl issuer=sub from=-2d":    {"certificate of=sub", []string{"below", "odd"}},
		"crl issuer=sub until=-365d": {"certificate of=sub", nil},
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			got, issuer := list(t, lab, line, noon), authority(t, lab, want.of)
			assert.NoError(t, got.CheckSignatureFrom(issuer))
			assert.Equal(t, issuer.RawSubject, got.RawIssuer)
			assert.Equal(t, issuer.SubjectKeyId, got.AuthorityKeyId)
			var revoked []string
			for _, s := range serials(got) {
				for _, label := range []string{"sub", "bad", "soon", "good", "below", "own", "odd", "twos", "alone"} {
					if number(t, issue(t, lab, label)).Cmp(s) == 0 {
						revoked = append(revoked, label)
					}
				}
			}
			assert.Equal(t, want.revoked, revoked)
			assert.Len(t, serials(got), len(want.revoked))
		})
	}
}

// What is wrong with a list on purpose.
func TestListDefects(t *testing.T) {
	t.Parallel()
	lab := revocationLab(t)
	public := authority(t, lab, "certificate")

	forged := list(t, lab, "crl signed-by=private", noon)
	assert.Equal(t, public.RawSubject, forged.RawIssuer)
	assert.Error(t, forged.CheckSignatureFrom(public), "another's signature")
	key := authority(t, lab, "certificate of=private")
	key.RawSubject = public.RawSubject
	assert.NoError(t, forged.CheckSignatureFrom(key))

	weak := list(t, lab, "crl issuer=weak", noon)
	assert.ErrorContains(t, weak.CheckSignatureFrom(authority(t, lab, "certificate of=weak")), "cannot sign", "an authority without cRLSign")

	_, err := x509.ParseRevocationList(publish(t, lab, "crl der=broken", nil, noon))
	assert.Error(t, err)

	part := list(t, lab, "crl only=ca", noon)
	last := part.Extensions[len(part.Extensions)-1]
	assert.Equal(t, "2.5.29.28", last.Id.String())
	assert.True(t, last.Critical)
	assert.Equal(t, []byte{0x30, 3, 0x82, 1, 0xff}, last.Value, "onlyContainsCACerts")
	part = list(t, lab, "crl only=user", noon)
	assert.Equal(t, []byte{0x30, 3, 0x81, 1, 0xff}, part.Extensions[len(part.Extensions)-1].Value, "onlyContainsUserCerts")

	// An authority that crypto/x509 cannot read publishes too.
	assert.Empty(t, list(t, lab, "crl issuer=unreadable", noon).RevokedCertificateEntries)
	_, err = x509.ParseCertificate(publish(t, lab, "certificate of=unreadable", nil, noon))
	assert.Error(t, err)
}

// A list without dates is a new one every day; with dates it stays as it is.
func TestListDates(t *testing.T) {
	t.Parallel()
	lab := revocationLab(t)
	for _, row := range []struct {
		line        string
		at          time.Time
		from, until time.Time
	}{
		{"crl", noon, noon.Add(-day), noon.Add(6 * day)},
		{"crl", noon.Add(-9 * day), noon.Add(-day), noon.Add(6 * day)},
		{"crl", noon.Add(day - 1), noon.Add(-day), noon.Add(6 * day)},
		{"crl", noon.Add(day), noon, noon.Add(7 * day)},
		{"crl", noon.Add(9*day + 5*time.Hour), noon.Add(8 * day), noon.Add(15 * day)},
		{"crl until=-1d", noon, noon.Add(-8 * day), noon.Add(-day)},
		{"crl from=-1h", noon.Add(9 * day), noon.Add(-time.Hour), noon.Add(6 * day)},
		{"crl from=+1d until=+2d", noon, noon.Add(day), noon.Add(2 * day)},
	} {
		got := list(t, lab, row.line, row.at)
		assert.Equal(t, row.from, got.ThisUpdate, "%s at %v", row.line, row.at)
		assert.Equal(t, row.until, got.NextUpdate, "%s at %v", row.line, row.at)
		assert.Equal(t, row.from.Unix(), got.Number.Int64())
	}
	assert.Len(t, list(t, lab, "crl", noon).RevokedCertificateEntries, 1)
	assert.Len(t, list(t, lab, "crl", noon.Add(3*day)).RevokedCertificateEntries, 2, "one was revoked in the meantime")
}

// A large list is a list all the same, and made once.
func TestLargeList(t *testing.T) {
	t.Parallel()
	lab := revocationLab(t)
	der := publish(t, lab, "crl size=1MB", nil, noon)
	assert.InDelta(t, 1_010_000, len(der), 10_000)
	again := publish(t, lab, "crl size=1MB", nil, noon.Add(time.Hour))
	assert.Same(t, &der[0], &again[0], "it is kept")
	large, err := x509.ParseRevocationList(der)
	require.NoError(t, err)
	require.NoError(t, large.CheckSignatureFrom(authority(t, lab, "certificate")))
	assert.Equal(t, number(t, issue(t, lab, "bad")), large.RevokedCertificateEntries[0].SerialNumber)
	seen := map[string]bool{}
	for _, s := range serials(large) {
		seen[s.String()] = true
	}
	assert.Len(t, seen, len(large.RevokedCertificateEntries), "no number stands there twice")
}

// Equal lines give equal bytes, in every lab.
func TestPublicationsRepeat(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"crl issuer=sub", "crl issuer=two size=1kB", "certificate of=sub", "crl signed-by=responder only=user"} {
		assert.Equal(t, publish(t, revocationLab(t), line, nil, noon), publish(t, revocationLab(t), line, nil, noon), line)
	}
}

func BenchmarkList10MB(b *testing.B) {
	for b.Loop() {
		publish(b, newLab(b, noon), "crl size=10MB", nil, noon)
	}
}

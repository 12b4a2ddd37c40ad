package pkix_test

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	verifypkix "mxlab/verify/pkix"
)

// signsLists is an authority that may sign CRLs too.
func signsLists(t *template) {
	ca(t)
	t.KeyUsage |= x509.KeyUsageCRLSign
}

func points(urls ...string) option {
	return func(t *template) { t.CRLDistributionPoints = urls }
}

type listOption func(*x509.RevocationList)

// crlOf makes a CRL of an issuer that is current at noon.
func crlOf(t testing.TB, issuer *made, opts ...listOption) []byte {
	t.Helper()
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: noon.Add(-day), NextUpdate: noon.Add(day)}
	for _, o := range opts {
		o(l)
	}
	signer := *issuer.Certificate
	signer.KeyUsage = x509.KeyUsageCRLSign // without it crypto/x509 refuses
	der, err := x509.CreateRevocationList(rand.Reader, l, &signer, issuer.key)
	require.NoError(t, err)
	return der
}

func revokes(c *made, reason int, extra ...pkix.Extension) listOption {
	return func(l *x509.RevocationList) {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{
			SerialNumber: c.SerialNumber, RevocationTime: noon.Add(-2 * day), ReasonCode: reason, ExtraExtensions: extra})
	}
}

func updated(this, next time.Duration) listOption {
	return func(l *x509.RevocationList) { l.ThisUpdate, l.NextUpdate = noon.Add(this), noon.Add(next) }
}

func extended(id asn1.ObjectIdentifier, critical bool, value any) listOption {
	return func(l *x509.RevocationList) {
		der, ok := value.([]byte)
		if !ok {
			var err error
			if der, err = asn1.Marshal(value); err != nil {
				panic(err)
			}
		}
		l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: id, Critical: critical, Value: der})
	}
}

// An idp is an issuingDistributionPoint, RFC 5280 section 5.2.5.
type idp struct {
	Point      point          `asn1:"tag:0,optional"`
	Users      bool           `asn1:"tag:1,optional"`
	CAs        bool           `asn1:"tag:2,optional"`
	Reasons    asn1.BitString `asn1:"tag:3,optional"`
	Indirect   bool           `asn1:"tag:4,optional"`
	Attributes bool           `asn1:"tag:5,optional"`
}

type point struct {
	Full []asn1.RawValue `asn1:"tag:0,optional"`
}

func uri(s string) asn1.RawValue { return asn1.RawValue{Class: 2, Tag: 6, Bytes: []byte(s)} }

func scoped(p idp) listOption {
	return extended(asn1.ObjectIdentifier{2, 5, 29, 28}, true, p)
}

func undetermined(d verifypkix.Doubt) verifypkix.Status {
	return verifypkix.Status{State: verifypkix.StateUndetermined, Doubt: d}
}

func TestCRL(t *testing.T) {
	t.Parallel()
	const url = "http://crl.example.net/one.crl"
	root := issue(t, nil, "Root", signsLists)
	other := issue(t, nil, "Other", signsLists)
	namesake := issue(t, nil, "Root", signsLists)
	leaf := issue(t, root, "mx.example.com", points(url))
	between := issue(t, root, "Between", signsLists)
	pointless := issue(t, root, "mx.example.com")
	unknown := pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1}, Critical: true, Value: []byte{5, 0}}
	tolerable := pkix.Extension{Id: unknown.Id, Value: []byte{5, 0}}
	certificateIssuer := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 29}, Critical: true, Value: []byte{0x30, 0}}

	until := noon.Add(day)
	good := verifypkix.Status{State: verifypkix.StateGood, Until: until}
	revoked := func(reason string) verifypkix.Status {
		return verifypkix.Status{State: verifypkix.StateRevoked, At: noon.Add(-2 * day), Reason: reason, Until: until}
	}
	rows := []struct {
		name string
		of   *made
		list []byte
		want verifypkix.Status
	}{
		{"an empty list", leaf, crlOf(t, root), good},
		{"another is listed", leaf, crlOf(t, root, revokes(between, 0)), good},
		{"listed", leaf, crlOf(t, root, revokes(leaf, 0)), revoked("")},
		{"listed with a reason", leaf, crlOf(t, root, revokes(between, 2), revokes(leaf, 1)), revoked("keyCompromise")},
		{"on hold", leaf, crlOf(t, root, revokes(leaf, 6)), revoked("certificateHold")},
		{"removed from the list by its reason", leaf, crlOf(t, root, revokes(leaf, 8)), good},
		{"removed, and listed again", leaf, crlOf(t, root, revokes(leaf, 8), revokes(leaf, 4)), revoked("superseded")},
		{"an entry with an unknown extension", leaf, crlOf(t, root, revokes(between, 0, tolerable)), good},
		{"another's entry has an unknown critical extension", leaf, crlOf(t, root, revokes(between, 0, unknown)), undetermined(verifypkix.DoubtUnsupported)},
		{"an entry of an indirect CRL", leaf, crlOf(t, root, revokes(between, 0, certificateIssuer)), undetermined(verifypkix.DoubtUnsupported)},

		{"the last second", leaf, crlOf(t, root, updated(-day, 0)), verifypkix.Status{State: verifypkix.StateGood, Until: noon}},
		{"a second too late", leaf, crlOf(t, root, updated(-day, -time.Second), revokes(leaf, 0)), undetermined(verifypkix.DoubtStale)},
		{"the first second", leaf, crlOf(t, root, updated(0, day)), good},
		{"a second too early", leaf, crlOf(t, root, updated(time.Second, day)), undetermined(verifypkix.DoubtEarly)},

		{"of another issuer", leaf, crlOf(t, other, revokes(leaf, 0)), undetermined(verifypkix.DoubtIssuer)},
		{"of another key", leaf, crlOf(t, namesake), undetermined(verifypkix.DoubtSignature)},
		{"spoiled", leaf, spoiled(crlOf(t, root)), undetermined(verifypkix.DoubtSignature)},
		{"cut short", leaf, cut(crlOf(t, root)), undetermined(verifypkix.DoubtUnparsable)},
		{"a certificate", leaf, leaf.Raw, undetermined(verifypkix.DoubtUnparsable)},
		{"nothing", leaf, nil, undetermined(verifypkix.DoubtUnparsable)},

		{"a delta", leaf, crlOf(t, root, extended(asn1.ObjectIdentifier{2, 5, 29, 27}, true, 1)), undetermined(verifypkix.DoubtUnsupported)},
		{"an unknown critical extension", leaf, crlOf(t, root, extended(unknown.Id, true, unknown.Value)), undetermined(verifypkix.DoubtUnsupported)},
		{"an unknown extension", leaf, crlOf(t, root, extended(unknown.Id, false, unknown.Value)), good},

		{"hosts only, of a host", leaf, crlOf(t, root, scoped(idp{Users: true}), revokes(leaf, 0)), revoked("")},
		{"hosts only, of an authority", between, crlOf(t, root, scoped(idp{Users: true})), undetermined(verifypkix.DoubtIssuer)},
		{"authorities only, of an authority", between, crlOf(t, root, scoped(idp{CAs: true}), revokes(between, 2)), revoked("cACompromise")},
		{"authorities only, of a host", leaf, crlOf(t, root, scoped(idp{CAs: true})), undetermined(verifypkix.DoubtIssuer)},
		{"attribute certificates only", leaf, crlOf(t, root, scoped(idp{Attributes: true})), undetermined(verifypkix.DoubtIssuer)},
		{"indirect", leaf, crlOf(t, root, scoped(idp{Indirect: true})), undetermined(verifypkix.DoubtUnsupported)},
		{"for some reasons", leaf, crlOf(t, root, scoped(idp{Reasons: asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}}), revokes(leaf, 1)), undetermined(verifypkix.DoubtUnsupported)},
		{"of the point that the certificate names", leaf, crlOf(t, root, scoped(idp{Point: point{[]asn1.RawValue{uri("http://a.example/"), uri(url)}}})), good},
		{"of that point in capitals", leaf, crlOf(t, root, scoped(idp{Point: point{[]asn1.RawValue{uri("HTTP://CRL.example.net/one.crl")}}})), good},
		{"of another point", leaf, crlOf(t, root, scoped(idp{Point: point{[]asn1.RawValue{uri("http://crl.example.net/two.crl")}}})), undetermined(verifypkix.DoubtIssuer)},
		{"of a point, and the certificate names none", pointless, crlOf(t, root, scoped(idp{Point: point{[]asn1.RawValue{uri(url)}}})), undetermined(verifypkix.DoubtIssuer)},
		{"a point relative to the issuer", leaf, crlOf(t, root, extended(asn1.ObjectIdentifier{2, 5, 29, 28}, true, []byte{0x30, 4, 0xa0, 2, 0xa1, 0})), undetermined(verifypkix.DoubtUnsupported)},
		{"a point that cannot be read", leaf, crlOf(t, root, extended(asn1.ObjectIdentifier{2, 5, 29, 28}, true, []byte{5, 0})), undetermined(verifypkix.DoubtUnparsable)},
	}
	for _, row := range rows {
		crl := verifypkix.ReadCRL(row.list)
		for range 2 { // what is remembered is the same
			assert.Equal(t, row.want, crl.Status(row.of.Certificate, root.Certificate, noon), row.name)
		}
	}
}

// spoiled gives a signed structure with a broken signature.
func spoiled(der []byte) []byte {
	der = append([]byte(nil), der...)
	der[len(der)-3] ^= 1
	return der
}

// An issuer whose key usage does not allow it has no lists; one without key
// usage has.
func TestCRLSigner(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		usage x509.KeyUsage
		want  verifypkix.Doubt
	}{{x509.KeyUsageCertSign, verifypkix.DoubtSigner}, {x509.KeyUsageCRLSign | x509.KeyUsageCertSign, ""}, {0, ""}} {
		root := issue(t, nil, "Root", ca, keyUsage(row.usage))
		leaf := issue(t, root, "mx.example.com")
		assert.Equal(t, row.want, verifypkix.ReadCRL(crlOf(t, root)).Status(leaf.Certificate, root.Certificate, noon).Doubt, "%b", row.usage)
	}
}

// A point that is for some reasons only, or whose list another issuer signs, is
// not the one that a list names.
func TestCRLOfAPointThatIsNotUsed(t *testing.T) {
	t.Parallel()
	const url = "http://crl.example.net/one.crl"
	type distributionPoint struct {
		Name    point           `asn1:"tag:0,optional"`
		Reasons asn1.BitString  `asn1:"tag:1,optional"`
		Issuer  []asn1.RawValue `asn1:"tag:2,optional"`
	}
	names := point{[]asn1.RawValue{uri(url)}}
	root := issue(t, nil, "Root", signsLists)
	for _, row := range []struct {
		points []distributionPoint
		want   verifypkix.Doubt
	}{
		{[]distributionPoint{{Name: names}}, ""},
		{[]distributionPoint{{Name: names, Reasons: asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}}}, verifypkix.DoubtIssuer},
		{[]distributionPoint{{Name: names, Issuer: []asn1.RawValue{uri("http://a.example/")}}}, verifypkix.DoubtIssuer},
		{[]distributionPoint{{Issuer: []asn1.RawValue{uri("http://a.example/")}}, {Name: names}}, ""},
	} {
		der, err := asn1.Marshal(row.points)
		require.NoError(t, err)
		leaf := issue(t, root, "mx.example.com", func(t *template) {
			t.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 31}, Value: der}}
		})
		crl := verifypkix.ReadCRL(crlOf(t, root, scoped(idp{Point: names})))
		assert.Equal(t, row.want, crl.Status(leaf.Certificate, root.Certificate, noon).Doubt, "%v", row.points)
	}
}

// rewritten makes a CRL that crypto/x509 would not make: its parts are changed,
// and it is signed anew.
func rewritten(t testing.TB, issuer *made, der []byte, change func(tbs []asn1.RawValue) []asn1.RawValue) []byte {
	t.Helper()
	var parts struct {
		TBS       []asn1.RawValue
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	_, err := asn1.Unmarshal(der, &parts)
	require.NoError(t, err)
	text, err := asn1.Marshal(change(parts.TBS))
	require.NoError(t, err)
	h := crypto.SHA256.New()
	h.Write(text)
	signature, err := issuer.key.Sign(rand.Reader, h.Sum(nil), crypto.SHA256)
	require.NoError(t, err)
	der, err = asn1.Marshal(struct {
		TBS       asn1.RawValue
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}{asn1.RawValue{FullBytes: text}, parts.Algorithm, asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}})
	require.NoError(t, err)
	return der
}

// A list of version 1, and one without nextUpdate, which never grows stale.
func TestCRLOfOldForm(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", signsLists)
	leaf := issue(t, root, "mx.example.com")
	der := crlOf(t, root, revokes(leaf, 0))
	v1 := rewritten(t, root, der, func(tbs []asn1.RawValue) []asn1.RawValue { return tbs[1 : len(tbs)-1] })
	assert.Equal(t, verifypkix.StateRevoked, verifypkix.ReadCRL(v1).Status(leaf.Certificate, root.Certificate, noon).State)
	endless := rewritten(t, root, der, func(tbs []asn1.RawValue) []asn1.RawValue { return append(tbs[:4:4], tbs[5:]...) })
	s := verifypkix.ReadCRL(endless).Status(leaf.Certificate, root.Certificate, noon.AddDate(30, 0, 0))
	assert.Equal(t, verifypkix.StateRevoked, s.State)
	assert.Equal(t, 9999, s.Until.Year())
}

// Serial numbers of every length are found.
func TestCRLSerials(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", signsLists)
	long := new(big.Int).Lsh(big.NewInt(0x80), 8*18)
	for _, n := range []*big.Int{big.NewInt(1), big.NewInt(127), big.NewInt(128), big.NewInt(65535), long} {
		leaf := issue(t, root, "mx.example.com", func(t *template) { t.SerialNumber = n })
		next := issue(t, root, "mx.example.com", func(t *template) { t.SerialNumber = new(big.Int).Add(n, big.NewInt(1)) })
		crl := verifypkix.ReadCRL(crlOf(t, root, revokes(leaf, 0)))
		assert.Equal(t, verifypkix.StateRevoked, crl.Status(leaf.Certificate, root.Certificate, noon).State, "%v", n)
		assert.Equal(t, verifypkix.StateGood, crl.Status(next.Certificate, root.Certificate, noon).State, "%v", n)
	}
}

// large makes a list of ten megabytes, on which a certificate is the last.
func large(t testing.TB, root, last *made) []byte {
	entries := make([]x509.RevocationListEntry, 0, 270_000)
	serial := new(big.Int).Lsh(big.NewInt(1), 120)
	for range cap(entries) {
		entries = append(entries, x509.RevocationListEntry{SerialNumber: serial, RevocationTime: noon.Add(-day)})
		serial = new(big.Int).Add(serial, big.NewInt(1))
	}
	der := crlOf(t, root, func(l *x509.RevocationList) { l.RevokedCertificateEntries = entries }, revokes(last, 1))
	require.Greater(t, len(der), 9_000_000)
	return der
}

// TestCRLOfTenMegabytes: reading a large list takes next to no memory besides
// the list itself. crypto/x509 would take more than a hundred megabytes.
func TestCRLOfTenMegabytes(t *testing.T) {
	root := issue(t, nil, "Root", signsLists)
	leaf := issue(t, root, "mx.example.com")
	der := large(t, root, leaf)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	crl := verifypkix.ReadCRL(der)
	s := crl.Status(leaf.Certificate, root.Certificate, noon)
	runtime.ReadMemStats(&after)
	assert.Equal(t, verifypkix.StateRevoked, s.State)
	assert.Equal(t, "keyCompromise", s.Reason)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), "octets allocated")
}

func BenchmarkCRLOfTenMegabytes(b *testing.B) {
	root := issue(b, nil, "Root", signsLists)
	leaf := issue(b, root, "mx.example.com")
	der := large(b, root, leaf)
	for b.Loop() {
		verifypkix.ReadCRL(der).Status(leaf.Certificate, root.Certificate, noon)
	}
}

// cut takes the last octet away. A list has no fixed length: that of an ECDSA
// signature varies.
func cut(der []byte) []byte { return der[:len(der)-1] }

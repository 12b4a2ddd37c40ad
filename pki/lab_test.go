package pki_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"log"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mxlab/pki"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// newLab makes a lab of "label: line" lines.
func newLab(t testing.TB, now time.Time, lines ...string) *pki.Lab {
	t.Helper()
	lab := pki.NewLab(now)
	for _, l := range lines {
		label, text, _ := strings.Cut(l, ": ")
		s, err := pki.ParseLine(text)
		require.NoError(t, err, l)
		require.NoError(t, lab.Add(label, s), l)
	}
	return lab
}

func issue(t testing.TB, lab *pki.Lab, label string) *pki.Certificate {
	t.Helper()
	c, err := lab.Issue(label)
	require.NoError(t, err)
	return c
}

// verify builds the path as a TLS client does, from what was sent.
func verify(t testing.TB, lab *pki.Lab, c *pki.Certificate, now time.Time) ([][]*x509.Certificate, error) {
	t.Helper()
	require.NotNil(t, c.Leaf)
	opts := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: now}
	for _, r := range lab.Roots() {
		opts.Roots.AddCert(r)
	}
	for _, der := range c.Sent[1:] {
		parsed, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		opts.Intermediates.AddCert(parsed)
	}
	return c.Leaf.Verify(opts)
}

// names lists the common names of certificates in DER.
func names(t testing.TB, ders [][]byte) []string {
	t.Helper()
	var cns []string
	for _, der := range ders {
		c, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		cns = append(cns, c.Subject.CommonName)
	}
	return cns
}

func TestHierarchies(t *testing.T) {
	t.Parallel()
	for _, now := range []time.Time{
		time.Date(2020, 6, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2045, 6, 1, 0, 0, 0, 0, time.UTC),
	} {
		t.Run(now.Format("2006"), func(t *testing.T) {
			t.Parallel()
			lab := newLab(t, now,
				"hosted: CN=*.emailhosted.not SAN=*.emailhosted.not,emailhosted.not issuer=ssl-ca",
				"ssl-ca: ca CN=\"lab SHA256 SSL CA\"",
				"plain: CN=mx.example.com",
				"deep: CN=deep.example.com issuer=low",
				"low: ca CN=Low issuer=ssl-ca key=rsa2048",
				"ours: CN=mx.example.com issuer=private",
				"self: CN=mx.example.com self-signed",
				"own: ca self-signed CN=\"Own Root\"",
				"owned: CN=mx.example.com issuer=own send=leaf,root",
			)
			require.NoError(t, lab.Check())

			paths := map[string][]string{
				"hosted": {"*.emailhosted.not", "lab SHA256 SSL CA"},
				"plain":  {"mx.example.com", "mxlab Public Issuing CA"},
				"deep":   {"deep.example.com", "Low", "lab SHA256 SSL CA"},
			}
			for label, want := range paths {
				c := issue(t, lab, label)
				assert.Equal(t, want, names(t, c.Sent), "sent by %s", label)
				chains, err := verify(t, lab, c, now)
				require.NoError(t, err, label)
				var got []string
				for _, cert := range chains[0] {
					got = append(got, cert.Subject.CommonName)
				}
				assert.Equal(t, append(want, "mxlab Public Root"), got, "path of %s", label)
			}

			untrusted := map[string][]string{
				"ours":  {"mx.example.com", "mxlab Private Issuing CA"},
				"self":  {"mx.example.com"},
				"own":   {"Own Root"},
				"owned": {"mx.example.com", "Own Root"},
			}
			for label, want := range untrusted {
				c := issue(t, lab, label)
				assert.Equal(t, want, names(t, c.Sent), "sent by %s", label)
				_, err := verify(t, lab, c, now)
				assert.ErrorAs(t, err, &x509.UnknownAuthorityError{}, label)
			}

			require.Len(t, lab.Roots(), 1)
			r := lab.Roots()[0]
			assert.Equal(t, "mxlab Public Root", r.Subject.CommonName)
			assert.Equal(t, now.Add(-10*365*day), r.NotBefore)
			assert.Equal(t, now.Add(10*365*day), r.NotAfter)
		})
	}
}

// A private leaf is right in all but its root.
func TestPrivateHierarchyIsSound(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon, "ours: CN=a SAN=a.example issuer=private send=leaf,issuer,root")
	c := issue(t, lab, "ours")
	require.Equal(t, []string{"a", "mxlab Private Issuing CA", "mxlab Private Root"}, names(t, c.Sent))
	opts := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: noon, DNSName: "a.example"}
	for i, der := range c.Sent[1:] {
		parsed, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		[]*x509.CertPool{opts.Intermediates, opts.Roots}[i].AddCert(parsed)
	}
	_, err := c.Leaf.Verify(opts)
	assert.NoError(t, err)
}

func TestCertificateContent(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon.Add(999*time.Millisecond),
		"leaf1: CN=mx.example.com SAN=b.example,a.example",
		"rsa: CN=mx.example.com key=rsa2048",
		"auth: ca CN=Auth",
		"expired: CN=a from=-90d until=-1d",
		"future: CN=a from=+12h until=+90d",
		"far: CN=a until=+40y",
		"nameless: SAN=a.example",
		"alone: SAN=a.example self-signed",
		"client: CN=a eku=clientAuth",
		"turned: CN=a eku=clientAuth,serverAuth",
	)
	assert.Equal(t, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, issue(t, lab, "client").Leaf.ExtKeyUsage)
	assert.Equal(t, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}, issue(t, lab, "turned").Leaf.ExtKeyUsage)
	l := issue(t, lab, "leaf1").Leaf
	assert.Equal(t, "CN=mx.example.com", l.Subject.String())
	assert.Equal(t, []string{"b.example", "a.example"}, l.DNSNames)
	assert.Equal(t, noon.Add(-30*day), l.NotBefore)
	assert.Equal(t, noon.Add(335*day), l.NotAfter)
	assert.Equal(t, x509.KeyUsageDigitalSignature, l.KeyUsage)
	assert.Equal(t, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}, l.ExtKeyUsage)
	assert.True(t, l.BasicConstraintsValid)
	assert.False(t, l.IsCA)
	assert.Equal(t, 160, len(l.SerialNumber.Bytes())*8)
	assert.Equal(t, 1, l.SerialNumber.Sign())
	assert.False(t, critical(t, l, 17), "SAN beside a subject")

	r := issue(t, lab, "rsa")
	assert.Equal(t, x509.KeyUsageDigitalSignature|x509.KeyUsageKeyEncipherment, r.Leaf.KeyUsage)
	assert.IsType(t, &rsa.PrivateKey{}, r.Key)
	assert.Equal(t, 2048, r.Key.(*rsa.PrivateKey).N.BitLen())
	assert.IsType(t, &ecdsa.PrivateKey{}, issue(t, lab, "leaf1").Key)

	a := issue(t, lab, "auth").Leaf
	assert.True(t, a.IsCA)
	assert.Equal(t, -1, a.MaxPathLen)
	assert.Equal(t, x509.KeyUsageCertSign|x509.KeyUsageCRLSign, a.KeyUsage)
	assert.Equal(t, lab.Roots()[0].SubjectKeyId, a.AuthorityKeyId)

	issuing, err := x509.ParseCertificate(issue(t, lab, "leaf1").Sent[1])
	require.NoError(t, err)
	assert.True(t, issuing.MaxPathLen == 0 && issuing.MaxPathLenZero, "path length of the issuing authority is %d, want 0", issuing.MaxPathLen)
	assert.Equal(t, noon.Add(-5*365*day), issuing.NotBefore)

	assert.Equal(t, noon.Add(-day), issue(t, lab, "expired").Leaf.NotAfter)
	assert.Equal(t, noon.Add(12*time.Hour), issue(t, lab, "future").Leaf.NotBefore)
	assert.Equal(t, noon.Add(40*365*day), issue(t, lab, "far").Leaf.NotAfter)

	for _, label := range []string{"nameless", "alone"} {
		n := issue(t, lab, label).Leaf
		assert.Equal(t, []byte{0x30, 0}, n.RawSubject, label)
		assert.True(t, critical(t, n, 17), "SAN of %s, without a subject", label)
		assert.Equal(t, []string{"a.example"}, n.DNSNames, label)
	}
}

// critical tells whether the extension 2.5.29.n is.
func critical(t *testing.T, c *x509.Certificate, n int) bool {
	t.Helper()
	for _, e := range c.Extensions {
		if e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, n}) {
			return e.Critical
		}
	}
	require.Fail(t, "extension is missing", "2.5.29.%d", n)
	return false
}

// Names that cfssl would file under another type, or that are no host names.
func TestOddNamesAreIssuedAsWritten(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"*", "/x", "192.0.2.1", "2001:db8::1", "a@b.example", "http://a.example/", "mx*.a.example", "*.*.example", "*.example",
		"a.*.example", "a.example.", "_a.example", "a b", "xn--bcher-kva.example", "MX.Example", "nul\x00.example", ".", strings.Repeat("a", 300),
	} {
		t.Run(name[:min(len(name), 30)], func(t *testing.T) {
			t.Parallel()
			quoted := strings.ReplaceAll(name, "\x00", `\x00`)
			lab := newLab(t, noon, `a: CN="`+quoted+`" SAN="`+quoted+`"`)
			l := issue(t, lab, "a").Leaf
			require.NotNil(t, l)
			assert.Equal(t, name, l.Subject.CommonName)
			assert.Equal(t, []string{name}, l.DNSNames)
			assert.Empty(t, l.URIs)
			assert.Empty(t, l.IPAddresses)
			assert.Empty(t, l.EmailAddresses)
		})
	}
}

// A U-label is no IA5String: crypto/x509 refuses to read it, hosts send it.
func TestUnreadableName(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon, "a: CN=bücher.example SAN=bücher.example",
		"odd: ca CN=Odd SAN=bücher.example", "b: CN=b.example issuer=odd send=leaf")
	c := issue(t, lab, "a")
	assert.Nil(t, c.Leaf)
	assert.True(t, bytes.Contains(c.Sent[0], []byte("\x82\x0fbücher.example")), "the DER has the name as written")
	// An authority that cannot be read signs all the same.
	assert.Equal(t, "Odd", issue(t, lab, "b").Leaf.Issuer.CommonName)
}

// Issuer and subject of one name are two keys still, and the authority key
// identifier says so.
func TestNameOfItsIssuer(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon, `a: CN="mxlab Public Issuing CA"`, "s: CN=a self-signed")
	c := issue(t, lab, "a")
	assert.NotEmpty(t, c.Leaf.AuthorityKeyId)
	assert.NotEqual(t, c.Leaf.SubjectKeyId, c.Leaf.AuthorityKeyId)
	_, err := verify(t, lab, c, noon)
	assert.NoError(t, err)
	assert.Empty(t, issue(t, lab, "s").Leaf.AuthorityKeyId)
}

var manyLines = []string{
	"hosted: CN=*.emailhosted.not SAN=*.emailhosted.not,emailhosted.not issuer=ssl-ca",
	"ssl-ca: ca CN=\"lab SSL CA\"",
	"rsa: CN=r.example key=rsa2048 issuer=private",
	"rsaca: ca CN=R key=rsa2048",
	"under: CN=u.example issuer=rsaca send=leaf,issuer,root,hosted",
	"self: CN=s.example self-signed",
	"selfrsa: CN=s.example self-signed key=rsa2048",
}

// sentBy issues every label, in order, and gives what each would send.
func sentBy(t testing.TB, lab *pki.Lab, labels []string) map[string][][]byte {
	sent := map[string][][]byte{}
	for _, label := range labels {
		sent[label] = issue(t, lab, label).Sent
	}
	return sent
}

func labelsOf(lines []string) []string {
	var labels []string
	for _, l := range lines {
		label, _, _ := strings.Cut(l, ": ")
		labels = append(labels, label)
	}
	return labels
}

func TestSameBytes(t *testing.T) {
	t.Parallel()
	want := sentBy(t, newLab(t, noon, manyLines...), labelsOf(manyLines))

	backwards := slices.Clone(manyLines)
	slices.Reverse(backwards)
	assert.Equal(t, want, sentBy(t, newLab(t, noon, backwards...), labelsOf(backwards)), "in another order")

	east := noon.In(time.FixedZone("", 7200)).Add(time.Millisecond)
	assert.Equal(t, want, sentBy(t, newLab(t, east, manyLines...), labelsOf(manyLines)), "in another zone")

	lab := newLab(t, noon, manyLines...)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, label := range labelsOf(backwards) {
				if c, err := lab.Issue(label); assert.NoError(t, err) {
					assert.Equal(t, want[label], c.Sent, "%s, concurrently", label)
				}
			}
			assert.Len(t, lab.Roots(), 1)
		})
	}
	wg.Wait()
}

// The bytes last over machines and releases. They may change only for a
// reason that is worth every golden file that shows a serial.
func TestBytesLast(t *testing.T) {
	t.Parallel()
	sums := map[string]string{
		"hosted": "8f26290a0c0fc3d66f9c6e602817eb6f4ba60fac5de50e82c94e34815afb86e1",
		"rsa":    "3f1f7d0323108aea4fd3ad5e82b7fdc55265cdfdd1926966e36550e35de94782",
	}
	lab := newLab(t, noon, manyLines...)
	for label, want := range sums {
		sum := sha256.Sum256(issue(t, lab, label).Sent[0])
		assert.Equal(t, want, hex.EncodeToString(sum[:]), "SHA-256 of the leaf of %s", label)
	}
}

// Four RSA keys are shared out by label.
func TestRSAPool(t *testing.T) {
	t.Parallel()
	moduli := map[string]bool{}
	for _, label := range strings.Split("a b c d e f g h i j k l m n o p", " ") {
		c := issue(t, newLab(t, noon, label+": CN=a self-signed key=rsa2048"), label)
		moduli[c.Key.(*rsa.PrivateKey).N.String()] = true
	}
	assert.Len(t, moduli, 4)
}

// The serial follows from issuer, label, line and time; the key from the label.
func TestWhatSerialAndKeyFollowFrom(t *testing.T) {
	t.Parallel()
	get := func(now time.Time, label string, lines ...string) *pki.Certificate {
		return issue(t, newLab(t, now, lines...), label)
	}
	base := get(noon, "a", "a: CN=a.example")
	rows := map[string]struct {
		other      *pki.Certificate
		sameSerial bool
		sameKey    bool
	}{
		"blanks":        {get(noon, "a", "a:   CN=a.example "), true, true},
		"another line":  {get(noon, "a", "a: CN=b.example"), false, true},
		"another time":  {get(noon.Add(time.Second), "a", "a: CN=a.example"), false, true},
		"another label": {get(noon, "b", "b: CN=a.example"), false, false},
		"other CA":      {get(noon, "a", "a: CN=a.example issuer=private"), false, true},
	}
	for name, row := range rows {
		assert.Equal(t, row.sameSerial, base.Leaf.SerialNumber.Cmp(row.other.Leaf.SerialNumber) == 0, "serial: %s", name)
		assert.Equal(t, row.sameKey, base.Leaf.PublicKey.(*ecdsa.PublicKey).Equal(row.other.Leaf.PublicKey), "key: %s", name)
	}
}

func TestIssueIsCached(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon, "a: CN=a")
	assert.Same(t, issue(t, lab, "a"), issue(t, lab, "a"))
	require.NoError(t, lab.Add("b", mustParse(t, "CN=b")))
	assert.Equal(t, "b", issue(t, lab, "b").Leaf.Subject.CommonName)
}

func mustParse(t testing.TB, line string) pki.Spec {
	t.Helper()
	s, err := pki.ParseLine(line)
	require.NoError(t, err)
	return s
}

// No year that a caller may come up with breaks a lab.
func TestAnyNow(t *testing.T) {
	t.Parallel()
	for _, now := range []time.Time{{}, time.Unix(0, 0), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(40000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)} {
		lab := newLab(t, now, "a: CN=a from=-50y until=+50y")
		require.Len(t, lab.Roots(), 1, now)
		assert.NotNil(t, issue(t, lab, "a").Leaf, now)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"p256", "rsa2048"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			lab := newLab(t, noon, "a: SAN=mx.example.com key="+key)
			roots := x509.NewCertPool()
			roots.AddCert(lab.Roots()[0])
			client, server := net.Pipe()
			defer client.Close()
			defer server.Close()
			done := make(chan error, 1)
			config := &tls.Config{Certificates: []tls.Certificate{issue(t, lab, "a").TLS()}}
			go func() { done <- tls.Server(server, config).Handshake() }()
			c := tls.Client(client, &tls.Config{RootCAs: roots, ServerName: "mx.example.com", Time: func() time.Time { return noon }})
			require.NoError(t, c.Handshake())
			require.NoError(t, <-done)
			assert.Len(t, c.ConnectionState().PeerCertificates, 2)
		})
	}
}

// cfssl would log each signature. Not parallel: the standard logger is shared.
func TestSilence(t *testing.T) {
	var said bytes.Buffer
	before := log.Writer()
	log.SetOutput(&said)
	defer log.SetOutput(before)
	issue(t, newLab(t, noon, "a: CN=a"), "a")
	assert.Empty(t, said.String())
}

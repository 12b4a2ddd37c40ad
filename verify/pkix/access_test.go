package pkix_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	verifypkix "mxlab/verify/pkix"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	all := []string{
		"ldap:///CN=Root", "https://a.example/", "http://a.example/1", "http://a.example/1", "HTTP://a.example/2",
		"http:///nowhere", "http://[::1", "http://[2001:db8::1]:8080/3", "a.example", "http://a.example/4", "http://a.example/5", "http://a.example/6",
	}
	want := []string{"http://a.example/1", "HTTP://a.example/2", "http://[2001:db8::1]:8080/3", "http://a.example/4", "http://a.example/5"}
	c := &x509.Certificate{CRLDistributionPoints: all, OCSPServer: all, IssuingCertificateURL: all}
	assert.Equal(t, want, verifypkix.Points(c))
	assert.Equal(t, want, verifypkix.Responders(c))
	assert.Equal(t, want, verifypkix.Issuers(c))
	assert.Empty(t, verifypkix.Points(&x509.Certificate{}))
}

func TestMustStaple(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	for _, row := range []struct {
		features any
		want     bool
	}{
		{nil, false}, {[]int{5}, true}, {[]int{17, 5}, true}, {[]int{17}, false}, {[]int{}, false}, {"x", false},
	} {
		leaf := issue(t, root, "mx.example.com", func(t *template) {
			if row.features != nil {
				der, _ := asn1.Marshal(row.features)
				t.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: der}}
			}
		})
		assert.Equal(t, row.want, verifypkix.MustStaple(leaf.Certificate), "%v", row.features)
	}
}

// bundle makes a PKCS #7 message of certificates only.
func bundle(t testing.TB, certs ...*made) []byte {
	t.Helper()
	type signedData struct {
		Version int
		Digests asn1.RawValue
		Content struct{ Type asn1.ObjectIdentifier }
		Certs   asn1.RawValue
		Signers asn1.RawValue
	}
	set := asn1.RawValue{Tag: 17, IsCompound: true}
	var all []byte
	for _, c := range certs {
		all = append(all, c.Raw...)
	}
	data := signedData{Version: 1, Digests: set, Signers: set, Certs: asn1.RawValue{Class: 2, IsCompound: true, Bytes: all}}
	data.Content.Type = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	der, err := asn1.Marshal(struct {
		Type asn1.ObjectIdentifier
		Data signedData `asn1:"explicit,tag:0"`
	}{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}, data})
	require.NoError(t, err)
	return der
}

func TestIssuersIn(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	between := issue(t, root, "Between", ca)
	leaf := issue(t, between, "mx.example.com")
	var many []*made
	for range 12 {
		many = append(many, root)
	}
	for _, row := range []struct {
		name string
		body []byte
		want [][]byte
	}{
		{"the issuer", between.Raw, chain(between)},
		{"another", root.Raw, nil},
		{"a bundle", bundle(t, root, between), chain(root, between)},
		{"a bundle without it", bundle(t, root, leaf), nil},
		{"a bundle of one", bundle(t, between), chain(between)},
		{"an empty bundle", bundle(t), nil},
		{"a bundle that has it too late", bundle(t, append(many, between)...), nil},
		{"a long bundle", bundle(t, append([]*made{between}, many...)...), chain(append([]*made{between}, many[:9]...)...)},
		{"more behind it", append(between.Raw[:len(between.Raw):len(between.Raw)], 0), nil},
		{"cut short", between.Raw[:100], nil},
		{"nothing", nil, nil},
		{"text", []byte("-----BEGIN CERTIFICATE-----"), nil},
	} {
		assert.Equal(t, row.want, verifypkix.IssuersIn(row.body, leaf.Certificate), row.name)
	}
}

// TestWantsIssuer: only a path that breaks off for want of an issuer wants one.
func TestWantsIssuer(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	between := issue(t, root, "Between", ca)
	leaf := issue(t, between, "mx.example.com", expired)
	self := issue(t, nil, "mx.example.com")
	for _, row := range []struct {
		name    string
		sent    [][]byte
		anchors []*x509.Certificate
		want    *made
	}{
		{"a valid path", chain(leaf, between), anchors(root), nil},
		{"without intermediate", chain(leaf), anchors(root), leaf},
		{"without anchor", chain(leaf, between), nil, between},
		{"an unknown root that was sent", chain(leaf, between, root), nil, nil},
		{"self-signed", chain(self), anchors(root), nil},
		{"no certificate", [][]byte{{1}}, anchors(root), nil},
	} {
		got := verifypkix.Build(row.sent, row.anchors, noon, verifypkix.Rules{}).WantsIssuer()
		if row.want == nil {
			assert.Nil(t, got, row.name)
		} else if assert.NotNil(t, got, row.name) {
			assert.Equal(t, row.want.Raw, got.Raw, row.name)
		}
	}
}

// TestWith: faults get their place and their subject, and the path stays as it
// was.
func TestWith(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	between := issue(t, root, "Between", ca, expired)
	leaf := issue(t, between, "mx.example.com", usage(x509.ExtKeyUsageClientAuth))
	p := verifypkix.Build(chain(leaf, between), anchors(root), noon, verifypkix.OpenSSL(1))
	before := words(p)
	q := p.With(verifypkix.Fault{Kind: verifypkix.RevocationOffline, Depth: 1}, verifypkix.Fault{Kind: verifypkix.Revoked})
	assert.Equal(t, []string{"0 revoked", "0 wrong-usage", "1 expired", "1 revocation-offline"}, words(q))
	assert.Equal(t, "CN=Between", q.Faults[3].Subject)
	assert.Equal(t, before, words(p))
	assert.Equal(t, p.Certs, q.Certs)
}

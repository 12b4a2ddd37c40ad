package pkix_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	verifypkix "mxlab/verify/pkix"
)

// noon is the time at which the tests judge.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// A made certificate, with the key to sign others.
type made struct {
	*x509.Certificate
	key crypto.Signer
}

type option func(*template)

type template struct {
	x509.Certificate
	key    crypto.Signer // nil means a new P-256 key
	signer crypto.Signer // nil means the issuer's key
	spoil  bool          // spoil the signature
	sha1   bool          // sign with SHA-1
}

func newKey(t testing.TB) crypto.Signer {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return k
}

// serial makes every certificate another one.
var serial atomic.Int64

// rsaKey is made once for each size, because it is slow.
var rsaKeys sync.Map

func rsaKey(t testing.TB, bits int) crypto.Signer {
	t.Helper()
	if k, ok := rsaKeys.Load(bits); ok {
		return k.(crypto.Signer)
	}
	k, err := rsa.GenerateKey(rand.Reader, bits)
	require.NoError(t, err)
	kept, _ := rsaKeys.LoadOrStore(bits, crypto.Signer(k))
	return kept.(crypto.Signer)
}

// shortKey is the key of every certificate whose key is too short.
var shortKey = sync.OnceValue(func() crypto.Signer {
	k, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		panic(err)
	}
	return k
})

// issue makes a certificate for a host or, with ca(), for an authority. A nil
// issuer makes it self-signed.
func issue(t testing.TB, issuer *made, name string, opts ...option) *made {
	t.Helper()
	tm := template{Certificate: x509.Certificate{
		SerialNumber: big.NewInt(serial.Add(1)),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    noon.Add(-30 * day),
		NotAfter:     noon.Add(60 * day),
		MaxPathLen:   -1,
	}}
	for _, o := range opts {
		o(&tm)
	}
	if tm.key == nil {
		tm.key = newKey(t)
	}
	if !tm.IsCA { // crypto/x509 refuses a path length then
		tm.MaxPathLen, tm.MaxPathLenZero = -1, false
	}
	parent, signer := &tm.Certificate, tm.key
	if issuer != nil {
		parent, signer = issuer.Certificate, issuer.key
	}
	if tm.signer != nil {
		// The parent's public key must fit, or CreateCertificate refuses.
		p := *parent
		p.PublicKey = tm.signer.Public()
		parent, signer = &p, tm.signer
	}
	if _, ok := signer.Public().(*rsa.PublicKey); tm.sha1 && ok {
		tm.SignatureAlgorithm = x509.SHA1WithRSA
	} else if tm.sha1 {
		tm.SignatureAlgorithm = x509.ECDSAWithSHA1
	}
	der, err := x509.CreateCertificate(rand.Reader, &tm.Certificate, parent, tm.key.Public(), signer)
	require.NoError(t, err, "issue %s", name)
	if tm.spoil {
		der[len(der)-3] ^= 1
	}
	c, err := x509.ParseCertificate(der)
	require.NoError(t, err, "parse %s", name)
	return &made{c, tm.key}
}

func ca(t *template) {
	t.IsCA, t.BasicConstraintsValid, t.KeyUsage = true, true, x509.KeyUsageCertSign
}
func expired(t *template)     { t.NotAfter = noon.Add(-time.Second) }
func notYetValid(t *template) { t.NotBefore = noon.Add(time.Second) }
func broken(t *template)      { t.spoil = true }
func from(at time.Time) option {
	return func(t *template) { t.NotBefore = at }
}
func until(at time.Time) option {
	return func(t *template) { t.NotAfter = at }
}
func hosts(names ...string) option {
	return func(t *template) { t.DNSNames = names }
}
func pathLen(n int) option {
	return func(t *template) { t.MaxPathLen, t.MaxPathLenZero = n, n == 0 }
}
func permit(names ...string) option {
	return func(t *template) { t.PermittedDNSDomains = names }
}
func exclude(names ...string) option {
	return func(t *template) { t.ExcludedDNSDomains = names }
}
func usage(u ...x509.ExtKeyUsage) option {
	return func(t *template) { t.ExtKeyUsage = u }
}
func keyUsage(u x509.KeyUsage) option {
	return func(t *template) { t.KeyUsage = u }
}
func withKey(k crypto.Signer) option {
	return func(t *template) { t.key = k }
}

// signedBy keeps the issuer's name and key identifier, but not its key.
func signedBy(k crypto.Signer) option {
	return func(t *template) { t.signer = k }
}
func algorithm(a x509.SignatureAlgorithm) option {
	return func(t *template) { t.SignatureAlgorithm = a }
}
func keyIDs(subject, authority string) option {
	return func(t *template) { t.SubjectKeyId, t.AuthorityKeyId = []byte(subject), []byte(authority) }
}
func critical(t *template) {
	t.ExtraExtensions = []pkix.Extension{{
		Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1}, Critical: true, Value: []byte{5, 0}}}
}

func unknownUsage(t *template) {
	t.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 3, 6, 1, 4, 1, 32473, 2}}
}

// chain gives the DER of certificates, as sent.
func chain(certs ...*made) [][]byte {
	var list [][]byte
	for _, c := range certs {
		list = append(list, c.Raw)
	}
	return list
}

func anchors(certs ...*made) []*x509.Certificate {
	var list []*x509.Certificate
	for _, c := range certs {
		list = append(list, c.Certificate)
	}
	return list
}

// words gives faults as "0 expired".
func words(p *verifypkix.Path) []string {
	list := []string{}
	for _, f := range p.Faults {
		list = append(list, fmt.Sprintf("%d %s", f.Depth, f.Kind))
	}
	return list
}

// route gives the subjects of a path's certificates, the leaf first.
func route(p *verifypkix.Path) []string {
	list := []string{}
	for _, c := range p.Certs {
		list = append(list, c.Subject.CommonName)
	}
	return list
}

// version1 makes a self-signed version 1 certificate, which crypto/x509 will not
// make: without the version and without extensions.
func version1(t testing.TB, name string) *made {
	t.Helper()
	v3 := issue(t, nil, name)
	type validity struct{ NotBefore, NotAfter time.Time }
	type tbs struct {
		Serial   *big.Int
		Alg      pkix.AlgorithmIdentifier
		Issuer   asn1.RawValue
		Validity validity
		Subject  asn1.RawValue
		Key      asn1.RawValue
	}
	alg := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}} // ecdsa-with-SHA256
	raw := func(der []byte) asn1.RawValue { return asn1.RawValue{FullBytes: der} }
	text, err := asn1.Marshal(tbs{v3.SerialNumber, alg, raw(v3.RawSubject), validity{v3.NotBefore, v3.NotAfter}, raw(v3.RawSubject), raw(v3.RawSubjectPublicKeyInfo)})
	require.NoError(t, err)
	sum := sha256.Sum256(text)
	signature, err := v3.key.Sign(rand.Reader, sum[:], crypto.SHA256)
	require.NoError(t, err)
	der, err := asn1.Marshal(struct {
		TBS       asn1.RawValue
		Alg       pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}{raw(text), alg, asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}})
	require.NoError(t, err)
	c, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	require.Equal(t, 1, c.Version)
	return &made{c, v3.key}
}

// md5Chain makes a root and a host certificate signed with MD5, which
// crypto/x509 will not make: the signature algorithm is written over in the DER
// of one signed with SHA-1, and the signature made anew.
func md5Chain(t testing.TB) (root, leaf *made) {
	t.Helper()
	key := rsaKey(t, 2048)
	root = issue(t, nil, "Root", ca, withKey(key), algorithm(x509.SHA256WithRSA))
	leaf = issue(t, root, "mx.example.com", algorithm(x509.SHA1WithRSA), hosts("mx.example.com"))
	sha1WithRSA, md5WithRSA := []byte{42, 134, 72, 134, 247, 13, 1, 1, 5}, []byte{42, 134, 72, 134, 247, 13, 1, 1, 4}
	der := bytes.ReplaceAll(leaf.Raw, sha1WithRSA, md5WithRSA)
	tbs := bytes.ReplaceAll(leaf.RawTBSCertificate, sha1WithRSA, md5WithRSA)
	sum := md5.Sum(tbs)
	signature, err := key.Sign(rand.Reader, sum[:], crypto.MD5)
	require.NoError(t, err)
	copy(der[len(der)-len(signature):], signature)
	c, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	require.Equal(t, x509.MD5WithRSA, c.SignatureAlgorithm)
	return root, &made{c, leaf.key}
}

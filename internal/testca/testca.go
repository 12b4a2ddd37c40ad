// Package testca makes authorities, certificates, CRLs and OCSP responses for
// tests that look at their octets. It has no lines and no defects of its own: a
// test changes the template.
//
//	root := testca.Root(t, "Root")
//	host := root.Issue(t, "mx.example.com", func(c *x509.Certificate) { c.OCSPServer = []string{url} })
//	list := root.CRL(t, nil, host)
package testca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Noon is the time at which everything that is made is valid, unless it is
// changed: from a day before until a day after, certificates for a year.
var Noon = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// A Holder has a certificate, and the key to it.
type Holder struct {
	*x509.Certificate
	Key *ecdsa.PrivateKey
}

var serial atomic.Int64

// Root makes a self-signed authority.
func Root(t testing.TB, name string) *Holder { return issue(t, nil, name, Authority) }

// Authority makes a template an authority's.
func Authority(c *x509.Certificate) {
	c.IsCA, c.KeyUsage, c.DNSNames = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign, nil
}

// Issue makes a certificate for a host that is called name; change, which may be
// nil, changes its template.
func (h *Holder) Issue(t testing.TB, name string, change ...func(*x509.Certificate)) *Holder {
	t.Helper()
	return issue(t, h, name, change...)
}

func issue(t testing.TB, issuer *Holder, name string, change ...func(*x509.Certificate)) *Holder {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial.Add(1)), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: Noon.Add(-day), NotAfter: Noon.Add(year), BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	for _, c := range change {
		c(template)
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.Certificate, issuer.Key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatalf("issue %s: %v", name, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatalf("parse the certificate of %s: %v", name, err)
	}
	return &Holder{cert, key}
}

// CRL makes a list of the certificates that the holder has revoked; change,
// which may be nil, changes its template.
func (h *Holder) CRL(t testing.TB, change func(*x509.RevocationList), revoked ...*Holder) []byte {
	t.Helper()
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: Noon.Add(-day), NextUpdate: Noon.Add(day)}
	for _, r := range revoked {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{
			SerialNumber: r.SerialNumber, RevocationTime: Noon.Add(-day)})
	}
	if change != nil {
		change(list)
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, h.Certificate, h.Key)
	if err != nil {
		t.Fatalf("make a CRL: %v", err)
	}
	return der
}

// OCSP makes a response about a certificate that the holder issued; status is one
// of package ocsp; change, which may be nil, changes its template.
func (h *Holder) OCSP(t testing.TB, about *Holder, status int, change ...func(*ocsp.Response)) []byte {
	t.Helper()
	r := ocsp.Response{Status: status, SerialNumber: about.SerialNumber, ThisUpdate: Noon.Add(-day), NextUpdate: Noon.Add(day), RevokedAt: Noon.Add(-day)}
	for _, c := range change {
		c(&r)
	}
	der, err := ocsp.CreateResponse(h.Certificate, h.Certificate, r, h.Key)
	if err != nil {
		t.Fatalf("make an OCSP response: %v", err)
	}
	return der
}

// Chain gives the DER of certificates, as a host sends them.
func Chain(holders ...*Holder) (chain [][]byte) {
	for _, h := range holders {
		chain = append(chain, h.Raw)
	}
	return chain
}
